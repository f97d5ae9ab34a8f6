import { createServer, type Server, type Socket } from 'node:net';
import { createGzip } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { startGullible } from '../support/gullible-server.js';
import { json, openEvents, said, serveHttp } from '../support/http-server.js';
import { listenFuze, type StartedListener } from '../support/listening-fuze.js';
import { exchange } from '../support/raw-http-socket.js';
import { memoryOf } from '../support/raw-proxy.js';
import { onTeardown } from '../support/teardown.js';

const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};
const callOf = (tool: string, id: number | string = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool } });
const post = ({ origin }: StartedListener, body: string, more = {}): Promise<Response> =>
  fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: { ...headers, ...more },
    body,
    redirect: 'manual',
  });

/** A server that answers every request that names one of these tools with these bytes. */
async function serveBytes(answers: Readonly<Record<string, string>>): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const tool = /"name":"(\w+)"/.exec(text)?.[1];
      if (tool === undefined) return;
      text = '';
      const answer = answers[tool] ?? '';
      socket.write(Buffer.from(answer, 'latin1'), () => {
        if (!/^HTTP.* 200 whole/.test(answer)) socket.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTeardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/mcp`;
}

const withBody = (head: string, body = '{}'): string =>
  `HTTP/1.1 ${head}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const nonsense: Record<string, string> = {
  status099: withBody('099 Low'),
  status000: withBody('000 Zero'),
  status999: withBody('999 High'),
  status1000: withBody('1000 Higher'),
  status101: 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhello',
  status102only: 'HTTP/1.1 102 Processing\r\n\r\n',
  status304: withBody('304 Not Modified'),
  status204: withBody('204 No Content'),
  status205: withBody('205 Reset'),
  headerControl: withBody('200 OK\r\nX-A: a\x01b'),
  headerName: withBody('200 OK\r\nX-\xe9: a'),
  noHttp: 'hello\r\n\r\n',
  nothing: '',
  twoLengths: withBody('200 OK\r\nContent-Length: 3'),
  lengthAndChunks: withBody('200 OK\r\nTransfer-Encoding: chunked'),
  prototype: withBody('200 OK\r\n__proto__: x'),
  brokenGzip: withBody('200 OK\r\nContent-Encoding: gzip', 'xxxxx'),
  cut: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n{"jsonrpc":',
  empty: withBody('200 OK', ''),
  foreignId: withBody('200 OK', '{"jsonrpc":"2.0","id":9,"result":{"content":[]}}'),
  emptyBatch: withBody('200 OK', '[]'),
  hugeHeaders: withBody(`200 OK\r\nX-A: ${'x'.repeat(200_000)}`),
};

describe.each(['http', undefined])('a server of transport %s', (transport) => {
  let fuze: StartedListener;
  const flags = transport === undefined ? [] : ['--transport', transport];

  beforeAll(async () => {
    fuze = await listenFuze(['--url', await serveBytes(nonsense)], { flags });
  });

  test.each(Object.keys(nonsense))(
    'that answers with %s gets its client one error',
    async (tool) => {
      const answer = await post(fuze, callOf(tool));
      expect(await answer.json()).toMatchObject({ id: 1, error: { message: /^fuze: / } });
      expect(fuze.fuze.child.exitCode).toBeNull();
    },
  );
});

describe('a server that redirects', () => {
  test('within its origin is followed, so that no client goes there past fuze', async () => {
    const server = await serveHttp((received) => {
      const { request, response, message } = received;
      if (request.url === '/mcp/') json(received, said(message.id, 'there'));
      else response.writeHead(307, { location: `http://${request.headers.host}/mcp/` }).end();
    });
    const fuze = await listenFuze(['--url', `${server.origin}/mcp`]);
    const answer = await post(fuze, callOf('x'));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('there');
  });

  test.each([301, 302, 303, 307, 308])(
    'elsewhere with %i is not followed by anybody',
    async (status) => {
      const elsewhere = await startGullible();
      const server = await serveHttp(({ response }) => {
        response.writeHead(status, { location: `${elsewhere.origin}/mcp` }).end();
      });
      const fuze = await listenFuze(['--url', `${server.origin}/mcp`]);
      const answer = await post(fuze, callOf('x'), { authorization: 'Bearer mine' });
      expect(answer.headers.get('location')).toBeNull();
      expect(elsewhere.seen).toEqual([]);
    },
  );

  test('by Alt-Svc leads no client away', async () => {
    const server = await serveHttp((received) =>
      json(received, said(received.message.id, 'x'), 200, { 'alt-svc': 'h2="elsewhere:443"' }),
    );
    const fuze = await listenFuze(['--url', `${server.origin}/mcp`]);
    expect((await post(fuze, callOf('x'))).headers.get('alt-svc')).toBeNull();
  });
});

describe('a server that sends too much', () => {
  const config = '[proxy]\nmax_message_bytes = 100000\n';

  test('as a gzip bomb costs no memory', async () => {
    const server = await serveHttp(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      const bomb = createGzip({ level: 9 });
      bomb.pipe(response);
      let left = 300;
      const zeros = Buffer.alloc(1 << 20);
      const more = (): void => {
        while (left-- > 0) {
          if (!bomb.write(zeros)) {
            bomb.once('drain', more);
            return;
          }
        }
        bomb.end();
      };
      more();
    });
    const fuze = await listenFuze(['--url', `${server.origin}/mcp`, '--transport', 'http'], {
      config,
    });
    const answer = await post(fuze, callOf('x'));
    expect(await answer.json()).toMatchObject({ id: 1, error: {} });
    expect(memoryOf(fuze.fuze.pid, 'VmHWM')).toBeLessThan(250 << 20);
  });

  test.each([
    ['a JSON text', 'application/json', '{"jsonrpc":"2.0","id":1,"result":"'],
    ['an event', 'text/event-stream', 'data: {"jsonrpc":"2.0","id":1,"result":"'],
    ['a comment', 'text/event-stream', ':'],
    ['an id', 'text/event-stream', 'id: '],
  ])('as %s without an end costs no memory, and ends with its client', async (_, type, begin) => {
    const sent = { bytes: 0 };
    let gone: () => void = () => {};
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    let enough: () => void = () => {};
    const much = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const part = 'x'.repeat(1 << 16);
    const server = await serveHttp(({ response }) => {
      response.on('close', gone);
      response.writeHead(200, { 'content-type': type });
      response.write(begin);
      const more = (): void => {
        sent.bytes += part.length;
        if (sent.bytes > 100 << 20) enough();
        else response.write(part, more);
      };
      more();
    });
    const fuze = await listenFuze(['--url', `${server.origin}/mcp`, '--transport', 'http'], {
      config,
    });
    const client = new AbortController();
    const asked = fetch(`${fuze.origin}/mcp`, {
      method: 'POST',
      headers,
      body: '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      signal: client.signal,
    }).then((response) => response.text());
    asked.catch(() => {});
    await much;
    expect(memoryOf(fuze.fuze.pid, 'VmHWM')).toBeLessThan(250 << 20);
    client.abort();
    await left;
  });
});

describe('a server of HTTP+SSE', () => {
  test('whose endpoint is elsewhere does not get the token there', async () => {
    const elsewhere = await startGullible();
    const server = await serveHttp((received) => {
      if (received.request.method !== 'GET') received.response.writeHead(405).end();
      else openEvents(received)(`event: endpoint\ndata: ${elsewhere.origin}/messages\n\n`);
    });
    const flags = ['--transport', 'sse', '--header', 'Authorization: Bearer secret'];
    const fuze = await listenFuze(['--url', `${server.origin}/sse`], { flags });
    const hello =
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}';
    const answer = await (await post(fuze, hello)).text();
    expect(answer).toContain('another origin');
    expect(elsewhere.seen).toEqual([]);
  });
});

describe('answers that are not for this client', () => {
  test('are not passed on, in whatever stream they come', async () => {
    const streams: ((text: string) => void)[] = [];
    const server = await serveHttp((received) => {
      streams.push(openEvents(received));
      if (streams.length < 2) return;
      const [first, second] = streams;
      const answer = (id: string, words: string) => `data: ${JSON.stringify(said(id, words))}\n\n`;
      // Each stream first brings the answer to the request of the other one.
      first?.(answer('b', 'for b') + answer('a', 'for a') + answer('a', 'again'));
      second?.(answer('a', 'for a') + answer('b', 'for b'));
    });
    const fuze = await listenFuze(['--url', `${server.origin}/mcp`, '--transport', 'http']);
    const [a, b] = await Promise.all(
      ['a', 'b'].map(async (id) => {
        const response = await post(fuze, callOf('x', id));
        const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
        let text = '';
        while (!text.includes(`for ${id}`)) {
          const { done, value } = (await reader?.read()) ?? { done: true };
          if (done) break;
          text += value ?? '';
        }
        await reader?.cancel();
        return text;
      }),
    );
    expect(a).toContain('for a');
    expect(a).not.toContain('for b');
    expect(b).toContain('for b');
    expect(b).not.toContain('for a');
  });
});

test('a login that nobody waits for any more is given up', async () => {
  let gone: () => void = () => {};
  const left = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const server = await serveHttp(({ response }) => {
    response.on('close', gone);
    client.abort();
  });
  const client = new AbortController();
  const fuze = await listenFuze(['--url', `${server.origin}/mcp`]);
  await expect(
    fetch(`${fuze.origin}/.well-known/oauth-authorization-server`, { signal: client.signal }),
  ).rejects.toThrow();
  await left;
});

test('a server that announces the path of its tools as metadata opens no way to them', async () => {
  const challenge = { 'www-authenticate': '' };
  const upstream = await startGullible(challenge);
  challenge['www-authenticate'] = `Bearer resource_metadata="${upstream.origin}/v1/mcp"`;
  const fuze = await listenFuze(['--url', `${upstream.origin}/v1/mcp`]);
  await (await post(fuze, '{"jsonrpc":"2.0","id":1,"method":"ping"}')).text();
  upstream.seen.length = 0;
  for (const method of ['GET', 'POST', 'PUT']) {
    const request = { method, target: '/v1/mcp', headers: ['Content-Type: application/json'] };
    await exchange(fuze.port, { ...request, body: callOf('x') });
  }
  expect(upstream.seen).toEqual([]);
});

test('what a server says to a notification reaches the client with its status', async () => {
  const server = await serveHttp(({ response }) => void response.writeHead(404).end('gone'));
  const fuze = await listenFuze(['--url', `${server.origin}/mcp`, '--transport', 'http']);
  const answer = await post(fuze, '{"jsonrpc":"2.0","method":"notifications/initialized"}');
  expect([answer.status, await answer.text()]).toEqual([404, 'gone']);
});
