import { describe, expect, it } from 'vitest';
import { type FuzeProcess, startFuze } from '../support/fuze-process.js';
import {
  type Answering,
  eventText,
  type HttpServer,
  json,
  openEvents,
  result,
  said,
  serveHttp,
} from '../support/http-server.js';

const VERSION = '2026-07-28';
const _meta = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientCapabilities': {},
};
const params = (more: object = {}): object => ({ ...more, _meta });
const callParams = (name: string, args: object = {}): object => params({ name, arguments: args });

const tool = (name: string, properties: object): object => ({
  name,
  inputSchema: { type: 'object', properties },
});
const TOOLS = [
  tool('query', {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    limit: { type: 'integer', 'x-mcp-header': 'Limit' },
    plain: { type: 'string' },
  }),
  tool('broken', { region: { type: 'number', 'x-mcp-header': 'Region' } }),
];

async function start(answer?: Answering): Promise<{ fuze: FuzeProcess; server: HttpServer }> {
  const server = await serveHttp((received) => {
    const { message } = received;
    if (message?.method === 'tools/list') {
      json(received, result(message.id, { resultType: 'complete', tools: TOOLS }));
    } else if (answer !== undefined) return answer(received);
    else json(received, said(message?.id, 'ok'), 200, { 'mcp-session-id': 'no-session' });
  });
  return { fuze: startFuze(['proxy', '--url', `${server.origin}/mcp`]), server };
}

describe('a message of 2026-07-28', () => {
  it('goes out with the headers that repeat it, and without a session', async () => {
    const { fuze, server } = await start();
    await fuze.request('tools/list', params());
    await fuze.request(
      'tools/call',
      callParams('query', { region: 'zürich', limit: 3, plain: 'x' }),
    );
    const [, call] = server.seen;
    expect(call?.request.headers).toMatchObject({
      'mcp-protocol-version': VERSION,
      'mcp-method': 'tools/call',
      'mcp-name': 'query',
      'mcp-param-region': '=?base64?esO8cmljaA==?=',
      'mcp-param-limit': '3',
    });
    expect(Object.keys(call?.request.headers ?? {})).not.toContain('mcp-session-id');
    expect(server.seen.every(({ request }) => request.method === 'POST')).toBe(true);
  });

  it('reaches the server as the bytes that the client wrote', async () => {
    const { fuze, server } = await start();
    const text = `{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"_meta":${JSON.stringify(_meta)},"arguments":{"n":1.0,"u":"\\u00e9"},"name":"query"}}`;
    await fuze.write(`${text}\r\n`);
    await fuze.next();
    expect(server.seen[0]?.body).toBe(text);
  });

  it('that calls a tool whose headers are declared badly is not sent', async () => {
    const { fuze, server } = await start();
    await fuze.request('tools/list', params());
    const { error } = await fuze.request('tools/call', callParams('broken', { region: 1 }));
    expect(error?.message).toContain('x-mcp-header at region: its type is "number"');
    expect(server.seen).toHaveLength(1);
  });

  it('that lacks headers nobody could know of is sent again, when the tools have been listed', async () => {
    const { fuze, server } = await start((received) => {
      const { message, request } = received;
      const fits = request.headers['mcp-param-region'] === message.params.arguments.region;
      const error = { code: -32020, message: 'Header mismatch' };
      if (fits) json(received, said(message.id, 'ok'));
      else json(received, { jsonrpc: '2.0', id: message.id, error }, 400);
    });
    const first = await fuze.request('tools/call', callParams('query', { region: 'eu' }));
    expect(first.toolText).toBe('ok');
    expect(server.seen.map(({ message }) => message.method)).toEqual([
      ...['tools/call', 'tools/list', 'tools/call'],
    ]);
    // Where the list does not help, the error is the answer.
    const second = await fuze.request('tools/call', callParams('other', { region: 'us' }));
    expect(second.error).toEqual({ code: -32020, message: 'Header mismatch' });
    expect(server.seen).toHaveLength(4);
  });

  it('gets an error of the server as its answer, whatever the status', async () => {
    const error = { code: -32022, message: 'not that one', data: { supported: [VERSION] } };
    const { fuze } = await start((received) =>
      json(received, { jsonrpc: '2.0', id: received.message.id, error }, 400),
    );
    expect((await fuze.request('server/discover', params())).error).toEqual(error);
  });

  it('is taken back by closing its stream, not by a message', async () => {
    let closed: () => void = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { fuze, server } = await start((received) => {
      const { message, response } = received;
      if (message.params.name !== 'slow') return json(received, said(message.id, 'ok'));
      response.once('close', closed);
      const write = openEvents(received);
      write(eventText({ jsonrpc: '2.0', method: 'notifications/progress', params: {} }));
    });
    await fuze.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: callParams('slow') });
    await fuze.next(({ method }) => method === 'notifications/progress');
    await fuze.notify('notifications/cancelled', { requestId: 1 });
    await isClosed;
    await fuze.request('tools/call', callParams('query'), 2);
    expect(server.seen.map(({ message }) => message.method)).toEqual(['tools/call', 'tools/call']);
    expect(fuze.unread).toEqual([]);
  });

  it('is not resumed when its stream breaks: nobody knows what became of it', async () => {
    const { fuze, server } = await start((received) => {
      openEvents(received)('id: 1\nretry: 1\ndata:\n\n');
      received.response.end();
    });
    const { error } = await fuze.request('tools/call', callParams('query'));
    expect(error?.message).toContain('the server ended the stream before the answer');
    expect(server.seen).toHaveLength(1);
  });
});
