import { describe, expect, it, vi } from 'vitest';
import { type FuzeProcess, startFuze } from '../support/fuze-process.js';
import {
  eventText,
  type HttpServer,
  INITIALIZE_RESULT,
  json,
  openEvents,
  plainServer,
  type Received,
  result,
  said,
  serveHttp,
} from '../support/http-server.js';
import { startSdkSse } from '../support/sdk-server.js';

/** A server with sessions that forgets them when told to. */
async function forgetful(changed: object = {}): Promise<{ server: HttpServer; forget(): void }> {
  let session = 1;
  let isNew = false;
  const plain = plainServer(
    ({ message, ...rest }) => json({ message, ...rest }, said(message.id, `in session ${session}`)),
    () => `s${session}`,
  );
  const server = await serveHttp((received) => {
    const { request, response, message } = received;
    const opens = message?.method === 'initialize';
    if (!opens && request.headers['mcp-session-id'] !== `s${session}`)
      response.writeHead(404).end();
    else if (opens && isNew) {
      const value = { ...INITIALIZE_RESULT, ...changed };
      json(received, result(message.id, value), 200, { 'mcp-session-id': `s${session}` });
    } else return plain(received);
  });
  return {
    server,
    forget: () => {
      session += 1;
      isNew = true;
    },
  };
}

async function connect(server: HttpServer, path = '/mcp'): Promise<FuzeProcess> {
  const config = '[proxy.tools.refund]\nside_effect = true\n';
  const fuze = startFuze(['proxy', '--url', `${server.origin}${path}`], { config });
  await fuze.initialize();
  // Answered only after the end of the handshake has arrived.
  await fuze.request('ping');
  return fuze;
}

const posted = ({ seen }: HttpServer): string[] =>
  seen.filter(({ message }) => message !== undefined).map(({ message }) => message.method);

describe('a session that the server has forgotten', () => {
  it('is opened anew, and what it turned away is sent again, a side effect too', async () => {
    const { server, forget } = await forgetful();
    const fuze = await connect(server);
    expect((await fuze.call('refund', { order: 1 })).toolText).toBe('in session 1');
    forget();
    const before = server.seen.length;
    const answers = await Promise.all([
      fuze.call('refund', { order: 2 }),
      fuze.call('tell'),
      fuze.request('ping'),
    ]);
    expect(answers.map((answer) => answer.toolText)).toEqual(['in session 2', 'in session 2', '']);
    const again = posted({ ...server, seen: server.seen.slice(before) });
    expect(again.filter((method) => method === 'initialize')).toHaveLength(1);
    expect(again.filter((method) => method === 'notifications/initialized')).toHaveLength(1);
    // Each on a connection of its own, of which a server reads now one and now the other first.
    expect(again.slice(-3).sort()).toEqual(['ping', 'tools/call', 'tools/call']);
    expect(fuze.unread).toEqual([]);
  });

  it.each([
    ['resources/subscribe', { uri: 'file:///a' }, 'the client had subscriptions in it'],
    ['logging/setLevel', { level: 'info' }, 'the client had a log level in it'],
    ['tasks/list', {}, 'the client had tasks in it'],
  ])('is not replaced unnoticed after %s', async (method, params, words) => {
    const { server, forget } = await forgetful();
    const fuze = await connect(server);
    await fuze.request(method, params);
    forget();
    expect((await fuze.call('refund', { order: 1 })).error?.message).toContain(words);
    await fuze.initialize();
    expect((await fuze.call('refund', { order: 1 })).toolText).toBe('in session 2');
  });

  it('is not replaced by one with other capabilities', async () => {
    const { server, forget } = await forgetful({ capabilities: { tools: {}, prompts: {} } });
    const fuze = await connect(server);
    forget();
    const { error } = await fuze.call('refund', { order: 1 });
    expect(error?.message).toContain('other capabilities: connect to the server again');
  });

  it('is given up when the new one is forgotten at once too', async () => {
    let forgets = false;
    const plain = plainServer(
      (received) => json(received, said(received.message.id, 'ok')),
      () => 's1',
    );
    const server = await serveHttp((received) => {
      const { message, response } = received;
      if (!forgets || message?.method === 'initialize') return plain(received);
      response.writeHead(404).end('who are you?');
    });
    const fuze = await connect(server);
    forgets = true;
    const { error } = await fuze.call('refund', { order: 1 });
    expect(error?.message).toContain('it says: who are you?');
    expect(posted(server).filter((method) => method === 'initialize')).toHaveLength(2);
    forgets = false;
    expect((await fuze.call('refund', { order: 1 })).toolText).toBe('ok');
  });
});

describe('the stream of the server itself', () => {
  const listening = (server: HttpServer): Received[] =>
    server.seen.filter(({ request }) => request.method === 'GET');
  const notification = (level: string): object => ({
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level },
  });

  it('is opened after the handshake, before the next request, and asked for again from its last event', async () => {
    let written = false;
    const plain = plainServer((received) => json(received, said(received.message.id, 'ok')));
    const server = await serveHttp((received) => {
      if (received.request.method !== 'GET') return plain(received);
      const write = openEvents(received);
      if (!written) write(`retry: 100\n${eventText(notification('info'), 'e-1')}`);
      else write(eventText(notification('error')));
      if (!written) received.response.end();
      written = true;
    });
    const fuze = await connect(server);
    expect((await fuze.next(({ method }) => method !== undefined)).params?.level).toBe('info');
    expect((await fuze.next(({ method }) => method !== undefined)).params?.level).toBe('error');
    const [first, second] = listening(server);
    expect(first?.request.headers['last-event-id']).toBeUndefined();
    expect(second?.request.headers['last-event-id']).toBe('e-1');
    expect(second?.request.headers['mcp-protocol-version']).toBe('2025-06-18');
    expect(listening(server)).toHaveLength(2);
  });

  it('is not asked for again where there is none', async () => {
    const server = await serveHttp(
      plainServer((received) => json(received, said(received.message.id, 'ok'))),
    );
    const fuze = await connect(server);
    await fuze.call('tell');
    await fuze.call('tell');
    expect(listening(server)).toHaveLength(1);
  });
});

describe('a stream of HTTP+SSE', () => {
  it('that breaks takes its calls with it, and is opened anew without the client noticing', async () => {
    const server = await startSdkSse();
    const fuze = startFuze(['proxy', '--transport', 'sse', '--url', `${server.origin}/sse`]);
    await fuze.initialize({ elicitation: {} });
    const asked = fuze.next(({ method }) => method === 'elicitation/create');
    const waiting = fuze.call('ask', {}, 'waiting');
    await asked;
    server.cut();
    expect((await waiting).error?.message).toMatch(/stream .*before the answer/);
    expect((await fuze.call('echo', { words: 'again' })).toolText).toBe('again');
    expect(posted(server).filter((method) => method === 'initialize')).toHaveLength(2);
    await vi.waitFor(() => expect(fuze.unread).toEqual([]));
  });

  it('is refused when its messages are to go to another origin', async () => {
    const stranger = await serveHttp(({ response }) => void response.end());
    const server = await serveHttp((received) => {
      openEvents(received)(`event: endpoint\ndata: ${stranger.origin}/messages\n\n`);
    });
    const flags = ['--transport', 'sse', '--header', 'Authorization: Bearer abc'];
    const fuze = startFuze(['proxy', ...flags, '--url', `${server.origin}/sse`]);
    const { error } = await fuze.initialize();
    expect(error?.message).toContain(
      `wants messages sent to another origin, at ${stranger.origin}`,
    );
    expect(stranger.seen).toEqual([]);
    expect(server.seen[0]?.request.headers.authorization).toBe('Bearer abc');
  });

  it('that is none is told as the first failure when it was only tried', async () => {
    const server = await serveHttp(({ response }) => void response.writeHead(404).end('nothing'));
    const fuze = startFuze(['proxy', '--url', `${server.origin}/wrong`]);
    const { error } = await fuze.initialize();
    expect(error?.message).toContain('HTTP 404; nothing is there: check the path of --url');
    expect(server.seen.map(({ request }) => request.method).slice(0, 2)).toEqual(['POST', 'GET']);
  });
});
