import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type FuzeProcess, startFuze } from '../support/fuze-process.js';
import {
  type Answering,
  eventText,
  json,
  openEvents,
  plainServer,
  type Received,
  said,
  serveHttp,
} from '../support/http-server.js';

const CONFIG = `
[proxy.tools.refund]
side_effect = true
`;

async function start(answer: Answering, ...flags: readonly string[]): Promise<FuzeProcess> {
  const server = await serveHttp(answer);
  return startFuze(['proxy', '--url', `${server.origin}/mcp`, ...flags], { config: CONFIG });
}

/** A server whose `tools/call` goes as the test says, and whose handshake works. */
async function startCalls(call: Answering): Promise<FuzeProcess> {
  const fuze = await start(plainServer(call));
  await fuze.initialize();
  return fuze;
}

describe('a call whose way back breaks', () => {
  const WAYS: [string, Answering][] = [
    ['before any answer', ({ request }) => void request.socket.destroy()],
    [
      'within a stream of events',
      (received) => {
        openEvents(received)(': wait\n\n');
        setImmediate(() => received.response.destroy());
      },
    ],
    [
      'after half an event',
      (received) => {
        openEvents(received)(eventText(said(received.message.id, 'done')).slice(0, -1));
        received.response.end();
      },
    ],
    [
      'within a JSON body',
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
        response.write('{"jsonrpc"');
        setImmediate(() => response.destroy());
      },
    ],
    ['with a server error', ({ response }) => void response.writeHead(502).end('Bad Gateway')],
    ['with another type', ({ response }) => void response.end('<html>login</html>')],
    ['with nothing', ({ response }) => void response.writeHead(202).end()],
    ['with the answer to another request', (received) => json(received, said(4711, 'not yours'))],
  ];

  it.each(WAYS)('%s may have taken effect and is not repeated', async (_, call) => {
    const fuze = await startCalls(call);
    const first = await fuze.call('refund', { order: 1 });
    expect(first.error?.message).toMatch(/^fuze: /);
    const again = await fuze.call('refund', { order: 1 });
    expect(again.decision).toMatchObject({ check: 'side_effect', state: 'unknown' });
    expect((await fuze.request('ping')).result).toEqual({});
  });
});

describe('a call that the server turned away', () => {
  const WAYS: [string, number, RegExp][] = [
    ['for want of a login', 401, /HTTP 401; it wants a login: .*--header 'Authorization: Bearer/],
    ['for want of rights', 403, /HTTP 403; it forbids that/],
    ['as one too many', 429, /HTTP 429; too many requests/],
    ['with what it has to say', 400, /HTTP 400; it says: no such thing/],
  ];

  it.each(WAYS)('%s has not run, and may be tried again', async (_, status, words) => {
    let refused = false;
    const fuze = await startCalls((received) => {
      if (refused) json(received, said(received.message.id, 'refunded'));
      else received.response.writeHead(status).end('no such\n thing');
      refused = true;
    });
    const first = await fuze.call('refund', { order: 1 });
    expect(first.error).toMatchObject({ code: -32000 });
    expect(first.error?.message).toMatch(words);
    expect((await fuze.call('refund', { order: 1 })).toolText).toBe('refunded');
  });

  it('has not run where nothing listens, and fuze stays up until something does', async () => {
    const held = createServer();
    await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve));
    const address = held.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await new Promise((resolve) => held.close(resolve));
    const fuze = startFuze(['proxy', '--url', `http://127.0.0.1:${port}/mcp`], { config: CONFIG });
    const first = await fuze.initialize();
    expect(first.error?.message).toContain('the connection was refused');
    expect((await fuze.call('refund', { order: 1 })).error?.message).toContain('cannot reach');
    await serveHttp(
      plainServer((received) => json(received, said(received.message.id, 'refunded'))),
      port,
    );
    expect((await fuze.initialize()).result).toBeDefined();
    expect((await fuze.call('refund', { order: 1 })).toolText).toBe('refunded');
  });

  it('with a JSON-RPC error of its own has that for an answer, whatever the status', async () => {
    const error = { code: -32602, message: 'bad cursor', data: { at: 1 } };
    const fuze = await startCalls((received) =>
      json(received, { jsonrpc: '2.0', id: received.message.id, error }, 400),
    );
    expect((await fuze.call('refund', { order: 1 })).error).toEqual(error);
  });
});

describe('an answer in an odd form', () => {
  const FORMS: [string, (received: Received) => void][] = [
    [
      'over many lines',
      ({ response, message }) => {
        response.setHeader('content-type', 'application/json; charset=utf-8');
        response.end(JSON.stringify(said(message.id, 'zwölf'), null, '\r\n  '));
      },
    ],
    [
      'compressed, though nobody asked for that',
      ({ response, message }) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(gzipSync(JSON.stringify(said(message.id, 'zwölf'))));
      },
    ],
    [
      'among events that are no messages',
      (received) => {
        const write = openEvents(received);
        write('event: ping\ndata: now\n\n: comment\n\nid: 7\ndata:\n\ndata: welcome!\n\n');
        write(eventText(said(received.message.id, 'zwölf'), '8'));
      },
    ],
    [
      'byte by byte',
      (received) => {
        const write = openEvents(received);
        const bytes = Buffer.from(eventText(said(received.message.id, 'zwölf')));
        void write;
        for (const byte of bytes) received.response.write(Buffer.of(byte));
        received.response.end();
      },
    ],
    [
      'after a redirect',
      ({ request, response, message }) => {
        if (request.url === '/mcp') response.writeHead(307, { location: '/mcp/' }).end();
        else response.setHeader('content-type', 'application/json');
        if (!response.writableEnded) response.end(JSON.stringify(said(message.id, 'zwölf')));
      },
    ],
  ];

  it.each(FORMS)('%s arrives as it is meant', async (_, call) => {
    const fuze = await startCalls(call);
    expect((await fuze.call('tell')).toolText).toBe('zwölf');
  });

  it('above max_message_bytes is told, and the connection lives on', async () => {
    const server = await serveHttp(
      plainServer((received) => json(received, said(received.message.id, 'x'.repeat(200_000)))),
    );
    const config = '[proxy]\nmax_message_bytes = 100000\n';
    const fuze = startFuze(['proxy', '--url', server.origin], { config });
    await fuze.initialize();
    expect((await fuze.call('tell')).error?.message).toContain('max_message_bytes (100000)');
    expect((await fuze.request('ping')).result).toEqual({});
  });

  it('after a redirect to another origin is not waited for there', async () => {
    const stranger = await serveHttp(({ response }) => void response.end());
    const fuze = await startCalls(
      ({ response }) => void response.writeHead(307, { location: `${stranger.origin}/mcp` }).end(),
    );
    expect((await fuze.call('tell')).error?.message).toContain('redirects to another origin');
    expect(stranger.seen).toEqual([]);
  });
});

describe('fuze in front of a server that does not answer', () => {
  it('ends at once when its client leaves', async () => {
    const fuze = await start(() => {});
    await fuze.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    const before = Date.now();
    fuze.endInput();
    expect((await fuze.closed).code).toBe(0);
    expect(Date.now() - before).toBeLessThan(4_000);
    expect(fuze.unread[0]?.error?.message).toBe('fuze: fuze is shutting down');
  });

  it('lets the call time out, and tells the server', async () => {
    let hear: (id: unknown) => void = () => {};
    const cancelled = new Promise<unknown>((resolve) => {
      hear = resolve;
    });
    const server = await serveHttp((received) => {
      const { message, response } = received;
      if (message?.method !== 'notifications/cancelled') return plainServer(() => {})(received);
      response.writeHead(202).end();
      hear(message.params.requestId);
    });
    const config = '[proxy]\ntimeout = "200ms"\n';
    const fuze = startFuze(['proxy', '--url', server.origin], { config });
    await fuze.initialize();
    expect((await fuze.call('tell', {}, 77)).decision).toMatchObject({ check: 'timeout' });
    expect(await cancelled).toBe(77);
  });
});

it('passes side effects of two clients apart, each over its own session', async () => {
  const server = await serveHttp(
    plainServer((received) => {
      const { name } = received.message.params.arguments;
      json(received, said(received.message.id, name));
    }),
  );
  const clients = [1, 2].map(() => startFuze(['proxy', '--url', server.origin]));
  await Promise.all(clients.map((fuze) => fuze.initialize()));
  const told = await Promise.all(
    clients.flatMap((fuze, index) =>
      Array.from({ length: 50 }, (_, call) => fuze.call('tell', { name: `${index} ${call}` })),
    ),
  );
  expect(told.map(({ toolText }) => toolText)).toEqual(
    clients.flatMap((_, index) =>
      Array.from({ length: 50 }, (_unused, call) => `${index} ${call}`),
    ),
  );
});
