import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { text as received } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { OneTimeEvent } from '../../src/proxy/one-time-event.js';
import type { UpstreamAnswer } from '../../src/transport/upstream-answer.js';
import { UpstreamError } from '../../src/transport/upstream-error.js';
import { UpstreamTarget } from '../../src/transport/upstream-request.js';
import { wholeBody } from '../../src/transport/whole-body.js';
import { onTeardown } from '../e2e/support/teardown.js';

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTeardown(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(listener: RequestListener): Promise<string> {
  return listening(createServer(listener));
}

function target(url: string): UpstreamTarget {
  const made = new UpstreamTarget(new URL(url));
  onTeardown(() => made.close());
  return made;
}

async function failure(sent: { response: Promise<unknown> }): Promise<UpstreamError> {
  const error: unknown = await sent.response.catch((cause: unknown) => cause);
  if (error instanceof UpstreamError) return error;
  throw new Error(`no UpstreamError but ${String(error)}`);
}

async function text(answer: UpstreamAnswer): Promise<string> {
  return (await wholeBody(answer, 10_000)).toString();
}

const post = { method: 'POST', headers: [], body: Buffer.from('{}') } as const;

describe('a request to the server', () => {
  it('sends the headers given, but sets those of the connection itself', async () => {
    const url = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const headers = ['X-One', '1', 'Host', 'evil.example', 'Accept-Encoding', 'br', 'TE', 'x'];
    const sent = target(`${url}/mcp`).request({ ...post, headers });
    await sent.written;
    expect(JSON.parse(await text(await sent.response))).toEqual({
      host: new URL(url).host,
      'x-one': '1',
      'user-agent': 'fuze',
      'accept-encoding': 'identity',
      'content-length': '2',
      connection: 'keep-alive',
    });
  });

  it('has not run where nothing listens', async () => {
    const server = createTcpServer();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(target(`${url}/mcp?key=secret`).request(post));
    expect(error.mayHaveRun).toBe(false);
    expect(error.message).toContain(`cannot reach ${url}/mcp: the connection was refused`);
  });

  it('has not run where the server does not speak TLS', async () => {
    const url = await serve((_, response) => response.end());
    const error = await failure(target(url.replace('http:', 'https:')).request(post));
    expect(error.mayHaveRun).toBe(false);
  });

  it('may have run when the connection is cut before the answer', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect((await failure(target(url).request(post))).mayHaveRun).toBe(true);
  });

  it.each([
    [true, 2],
    [false, 1],
  ])(
    'is sent again on a dead kept connection where it is repeatable: %s',
    async (repeatable, seen) => {
      // Answers the first request of every connection, and cuts the connection at the second.
      const heard: string[] = [];
      const perSocket = new Map<Socket, number>();
      const url = await serve((request, response) => {
        const count = (perSocket.get(request.socket) ?? 0) + 1;
        perSocket.set(request.socket, count);
        heard.push(request.url ?? '');
        if (count === 1) response.end('ok');
        else request.socket.destroy();
      });
      const to = target(url);
      expect(await text(await to.request({ ...post, path: '/first' }).response)).toBe('ok');
      const again = to.request({ ...post, path: '/second', repeatable });
      if (repeatable) expect(await text(await again.response)).toBe('ok');
      else expect((await failure(again)).mayHaveRun).toBe(true);
      expect(heard.filter((path) => path === '/second')).toHaveLength(seen);
    },
  );

  it('is not sent again when the server had the time to begin', async () => {
    const used = new Set<Socket>();
    const isThere = new OneTimeEvent<Socket>();
    const url = await serve((request, response) => {
      if (used.has(request.socket)) isThere.happen(request.socket);
      else {
        used.add(request.socket);
        response.end('ok');
      }
    });
    const to = target(url);
    expect(await text(await to.request(post).response)).toBe('ok');
    const again = to.request({ ...post, repeatable: true });
    const socket = await isThere.happened;
    const later = performance.now() + 6_000;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => later);
    try {
      socket.destroy();
      expect((await failure(again)).mayHaveRun).toBe(true);
    } finally {
      clock.mockRestore();
    }
  });

  it('is sent again by a new connection, for the other kept ones may be dead as well', async () => {
    const used = new Set<Socket>();
    const waiting: (() => void)[] = [];
    const url = await serve((request, response) => {
      if (used.has(request.socket)) {
        request.socket.destroy();
        return;
      }
      used.add(request.socket);
      waiting.push(() => response.end('ok'));
      // Two at once, so that two connections are kept.
      if (waiting.length !== 1) for (const answer of waiting) answer();
    });
    const to = target(url);
    const both = await Promise.all([to.request(post).response, to.request(post).response]);
    expect(await Promise.all(both.map(text))).toEqual(['ok', 'ok']);
    expect(await text(await to.request({ ...post, repeatable: true }).response)).toBe('ok');
  });

  it('follows a redirect that keeps method and body on the same origin', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/mcp') response.writeHead(307, { location: '/mcp/' }).end();
      else
        received(request).then((body) => response.end(`${request.method} ${request.url} ${body}`));
    });
    const answer = await target(`${url}/mcp`).request(post).response;
    expect(await text(answer)).toBe('POST /mcp/ {}');
  });

  it('follows none to another origin, and none for ever', async () => {
    const url = await serve((request, response) => {
      const location = request.url === '/away' ? 'http://localhost:1/mcp?key=secret' : '/round';
      response.writeHead(308, { location }).end();
    });
    const away = await failure(target(`${url}/away`).request(post));
    expect(away.message).toContain('redirects to another origin, http://localhost:1/mcp, where');
    expect(away.mayHaveRun).toBe(false);
    expect((await failure(target(`${url}/round`).request(post))).message).toContain(
      'again and again',
    );
  });

  it('ends when it is given up', async () => {
    const url = await serve(() => {});
    const sent = target(url).request(post);
    await sent.written;
    sent.abort();
    expect((await failure(sent)).message).toContain('given up');
  });
});
