import { gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { json, openEvents, type Received, said } from '../support/http-server.js';
import { ask, MCP_HEADERS, open, post, readBytes } from '../support/raw-http.js';
import { type RelayProxy, startRelay } from '../support/relay-proxy.js';

const CALL = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo"}}';
const PING = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

let relay: RelayProxy;
beforeAll(async () => {
  relay = await startRelay();
});
beforeEach(() => {
  relay.server.seen.length = 0;
});

const lastSeen = (): Received => {
  const last = relay.server.seen.at(-1);
  if (last === undefined) throw new Error('the server has seen nothing');
  return last;
};

/** A raw header list as [name, value] without what the connection and the moment set. */
function pairsOf(rawHeaders: readonly string[]): string[][] {
  const pairs: string[][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) pairs.push(rawHeaders.slice(at, at + 2));
  return pairs.filter(([name]) => !/^(date|connection|keep-alive)$/i.test(name ?? ''));
}

describe('the answer of a server', () => {
  it.each([
    [
      200,
      'application/json',
      '{"jsonrpc":"2.0","id":7,"result":{ "big":9007199254740993, "one":1.0, "\\u0061":"zwölf" }}\n',
    ],
    [400, 'application/json', '{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"no"}}'],
    [400, 'application/json', '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no"}}'],
    [403, 'text/plain', 'not you'],
    [404, 'application/json', '{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no"}}'],
    [404, 'text/html', '<h1>Nicht gefunden: zwölf</h1>'],
    [405, 'text/plain', ''],
    [409, 'application/json', '{"detail":"another stream"}'],
    [418, 'application/octet-stream', '\u0000\u0001'],
    [429, 'text/plain', 'slower'],
    [500, 'text/html', '<h1>It broke</h1>'],
    [503, 'application/json', '{"error":"later"}'],
  ])('passes with status %i, %s and body %s', async (status, type, body) => {
    relay.answering(({ response }) => {
      response.writeHead(status, { 'content-type': type, 'retry-after': '3' }).end(body);
    });
    for (const message of [PING, CALL]) {
      const answer = await post(relay.url, message);
      expect(answer).toMatchObject({ status, body: latin1(body) });
      expect(answer.headers).toMatchObject({ 'content-type': type, 'retry-after': '3' });
    }
  });

  it('passes without a body', async () => {
    relay.answering(({ response }) => void response.writeHead(202, { 'x-mark': 'kept' }).end());
    const answer = await post(relay.url, '{"jsonrpc":"2.0","method":"notifications/initialized"}');
    expect(answer).toMatchObject({ status: 202, body: '', headers: { 'x-mark': 'kept' } });
  });

  it('has its headers in their order and number, but for those of the connection', async () => {
    const kept = [
      ...['Content-Type', 'application/json', 'Set-Cookie', 'a=1', 'X-Mark', 'one'],
      ...[
        'Set-Cookie',
        'b=2; HttpOnly',
        'Mcp-Session-Id',
        'from-the-server',
        'Cache-Control',
        'no-store',
      ],
    ];
    relay.answering(({ response, message }) => {
      const own = ['Connection', 'X-Hop', 'X-Hop', 'gone', 'Proxy-Authenticate', 'Basic'];
      const body = JSON.stringify(said(message.id, 'hello'));
      response.writeHead(200, [...kept, ...own, 'Content-Length', String(body.length)]).end(body);
    });
    const { rawHeaders, headers } = await post(relay.url, CALL);
    expect(headers).not.toHaveProperty('x-hop');
    expect(headers).not.toHaveProperty('proxy-authenticate');
    const names = pairsOf(rawHeaders).map(([name = '', value]) => [name.toLowerCase(), value]);
    const expected = pairsOf(kept).map(([name = '', value]) => [name.toLowerCase(), value]);
    for (const pair of expected) expect(names).toContainEqual(pair);
    expect(names).toHaveLength(expected.length + 1);
  });

  it('that is compressed against its will is passed in clear', async () => {
    const body = JSON.stringify(said(7, 'hello'));
    relay.answering(({ request, response }) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      response.writeHead(200, headers).end(gzipSync(body));
    });
    const answer = await post(relay.url, CALL, ['Accept-Encoding', 'gzip']);
    expect(answer).toMatchObject({ status: 200, body });
    expect(answer.headers).not.toHaveProperty('content-encoding');
  });

  it('costs the server no second request, once it is known to speak Streamable HTTP', async () => {
    relay.answering((received) => json(received, said(7, 'hello')));
    await post(relay.url, CALL);
    relay.answering((received) => json(received, { detail: 'no session' }, 404));
    await post(relay.url, CALL);
    expect(relay.server.seen.map(({ request }) => request.method)).toEqual(['POST', 'POST']);
  });
});

describe('the request of a client', () => {
  beforeEach(() => relay.answering((received) => json(received, said(7, 'hello'))));

  it.each([
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"a","arguments":{"n":9007199254740993,"f":1.0,"e":1E+2}}}',
    '{"params":{"arguments":{"z":1,"a":2},"name":"a"},"method":"tools/call","id":"7","jsonrpc":"2.0"}',
    '{"jsonrpc":"2.0","id":7,"method":"tools\\/call","params":{"name":"\\u0061","arguments":{"s":"\\u00e4 \\ud83d\\ude00 zwölf 字 \u2028"}}}',
    '\n{\n  "jsonrpc": "2.0",\r\n  "id": 7,\n\t"method": "tools/call",\n  "params": {\n    "name": "a"\n  }\n}\n\n',
    '{"jsonrpc":"2.0","id":12345678901234567890,"method":"ping"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}',
  ])('has the body that was sent: %j', async (body) => {
    await post(relay.url, body);
    expect(lastSeen().body).toBe(body);
  });

  it('has its headers in their order, case and number, but for those of the connection', async () => {
    const kept = [
      ...MCP_HEADERS,
      ...['X-Mark', 'one', 'x-mark', 'two', 'Mcp-Session-Id', 'no-session', 'Cookie', 'a=1; b=2'],
      ...['MCP-Protocol-Version', '2025-06-18', 'traceparent', '00-ab-cd-01', 'User-Agent', 'me/1'],
    ];
    const own = [
      'Connection',
      'X-Hop',
      'X-Hop',
      'gone',
      'TE',
      'trailers',
      'Proxy-Authorization',
      'x',
    ];
    const headers = [...kept, ...own, 'Origin', relay.origin];
    await ask(relay.url, { method: 'POST', headers, body: CALL });
    const { rawHeaders } = lastSeen().request;
    const host = new URL(relay.server.origin).host;
    const set = [
      ['host', host],
      ['Accept-Encoding', 'identity'],
      ['content-length', String(CALL.length)],
    ];
    expect(pairsOf(rawHeaders)).toEqual([set[0], ...pairsOf(kept), set[1], set[2]]);
  });

  it('is refused when its body is encoded, and does not reach the server', async () => {
    const answer = await ask(relay.url, {
      method: 'POST',
      headers: [...MCP_HEADERS, 'Content-Encoding', 'gzip'],
      body: gzipSync(CALL),
    });
    expect(answer.status).toBe(415);
    expect(answer.headers['accept-encoding']).toBe('identity');
    expect(relay.server.seen).toEqual([]);
  });

  it('goes to the path and query of --url, with the query of the client', async () => {
    const other = await startRelay([], { path: '/deep/er?key=1' });
    other.answering((received) => json(received, said(7, 'hello')));
    await post(`${other.url}?a=b`, CALL);
    expect(other.server.seen.at(-1)?.request.url).toBe('/deep/er?key=1&a=b');
  });
});

const EVENTS =
  ': welcome\n\nretry: 700\n\nid: 1\nretry: 500\ndata: \n\n' +
  'id:2\r\nevent: message\r\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info",\r\ndata: "data":1.0}}\r\n\r\n' +
  ':keepalive\n\nid: 3\ndata:{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}\nunknown: field\n\n' +
  'event: other\ndata: not json\n\n';
const ANSWER = 'id: 4\ndata: {"jsonrpc":"2.0", "id":7,"result":{"content":[],"n":1.0}}\n\n';

describe('a stream of events', () => {
  const session = ['Mcp-Session-Id', 'of-the-server', 'MCP-Protocol-Version', '2025-11-25'];

  it.each(['one write', 'single bytes'])(
    'of a POST passes byte for byte, sent in %s',
    async (pace) => {
      relay.answering(async (received) => {
        const write = openEvents(received, { 'x-stream': 'yes' });
        if (pace === 'one write') write(EVENTS + ANSWER);
        else
          for (const char of EVENTS + ANSWER)
            await new Promise((then) => received.response.write(char, then));
        received.response.end();
      });
      const answer = await post(relay.url, CALL);
      expect(answer).toMatchObject({ status: 200, body: EVENTS + ANSWER });
      expect(answer.headers).toMatchObject({
        'content-type': 'text/event-stream',
        'x-stream': 'yes',
      });
    },
  );

  it('of a GET passes byte for byte, is taken up with Last-Event-ID, and ends with DELETE', async () => {
    relay.answering((received) => openEvents(received)(EVENTS));
    const headers = [...session, 'Accept', 'text/event-stream'];
    const first = await open(relay.url, { headers });
    expect(first.statusCode).toBe(200);
    expect(await readBytes(first, EVENTS.length)).toBe(EVENTS);
    const gone = new Promise((then) => lastSeen().response.once('close', then));
    first.destroy();
    await gone;
    const again = await open(relay.url, { headers: [...headers, 'Last-Event-ID', '3'] });
    expect(await readBytes(again, EVENTS.length)).toBe(EVENTS);
    expect(lastSeen().request.headers).toMatchObject({
      'last-event-id': '3',
      'mcp-session-id': 'of-the-server',
      'mcp-protocol-version': '2025-11-25',
    });
    relay.answering(({ response }) => void response.writeHead(204, { 'x-mark': 'deleted' }).end());
    const ended = await ask(relay.url, { method: 'DELETE', headers: session });
    expect(ended).toMatchObject({ status: 204, headers: { 'x-mark': 'deleted' } });
    expect(lastSeen().request.headers).toMatchObject({ 'mcp-session-id': 'of-the-server' });
    again.destroy();
  });

  it('that the server ends before the answer ends for the client too, who takes it up', async () => {
    relay.answering((received) => {
      openEvents(received)('id: 1\nretry: 50\ndata: \n\n');
      received.response.end();
    });
    const broken = await post(relay.url, CALL, session);
    expect(broken).toMatchObject({ status: 200, body: 'id: 1\nretry: 50\ndata: \n\n' });
    relay.answering((received) => {
      openEvents(received)(ANSWER);
      received.response.end();
    });
    const headers = [...session, 'Accept', 'text/event-stream', 'Last-Event-ID', '1'];
    expect(await ask(relay.url, { headers })).toMatchObject({ status: 200, body: ANSWER });
  });

  it('passes each event as it comes', async () => {
    const direct = await medianDelay(relay.server.origin);
    const through = await medianDelay(relay.url);
    // What a loaded machine adds is on both ways; the best of some rounds is what fuze itself needs.
    expect(through - direct).toBeLessThan(5);
  });
});

/** Milliseconds from the write of an event to its first byte at the client: the median of 50, the best of five. */
async function medianDelay(url: string): Promise<number> {
  let write = (_: string): void => {};
  relay.answering((received) => {
    write = openEvents(received);
  });
  const response = await open(url, { headers: ['Accept', 'text/event-stream'] });
  const medians: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const delays: number[] = [];
    for (let n = 0; n < 50; n += 1) {
      const event = `id: ${n}\ndata: {"jsonrpc":"2.0","method":"notifications/x"}\n\n`;
      const arrived = readBytes(response, event.length).then(() => performance.now());
      const written = performance.now();
      write(event);
      delays.push((await arrived) - written);
    }
    medians.push(delays.sort((a, b) => a - b)[25] ?? Number.NaN);
  }
  response.destroy();
  return Math.min(...medians);
}

describe('credentials', () => {
  const challenge = 'Bearer realm="theirs", error="invalid_token", scope="a b"';

  it('that the server asks for pass with its challenge, and go to it', async () => {
    relay.answering(({ request, response, message }) => {
      if (request.headers.authorization === 'Bearer theirs') {
        json({ request, response, body: '', message }, said(message.id, 'hello'));
      } else response.writeHead(401, { 'www-authenticate': challenge }).end('who are you?');
    });
    expect(await post(relay.url, CALL)).toMatchObject({
      status: 401,
      body: 'who are you?',
      headers: { 'www-authenticate': challenge },
    });
    expect(await post(relay.url, CALL, ['Authorization', 'Bearer theirs'])).toMatchObject({
      status: 200,
    });
  });

  it('of the command line stand in place of the client’s', async () => {
    const env = { THEIR_TOKEN: 'secret' };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: fuze puts the variable in
    const token = 'Authorization: Bearer ${THEIR_TOKEN}';
    const flags = ['--header', token, '--header', 'X-Mark: ours'];
    const other = await startRelay(flags, { env });
    other.answering((received) => json(received, said(7, 'hello')));
    await post(other.url, CALL, [
      'authorization',
      'Bearer mine',
      'x-mark',
      'mine',
      'X-Other',
      'kept',
    ]);
    const { headers, rawHeaders } = other.server.seen[0]?.request ?? {};
    expect(headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-mark': 'ours',
      'x-other': 'kept',
    });
    expect(rawHeaders?.join()).not.toContain('mine');
  });

  it('of fuze’s own listener are not passed on', async () => {
    const other = await startRelay(['--token', 'fuze-secret']);
    other.answering((received) => json(received, said(7, 'hello')));
    expect(await post(other.url, CALL)).toMatchObject({ status: 401 });
    expect(await post(other.url, CALL, ['Authorization', 'Bearer theirs'])).toMatchObject({
      status: 401,
    });
    expect(other.server.seen).toEqual([]);
    const answer = await post(other.url, CALL, ['Authorization', 'Bearer fuze-secret']);
    expect(answer.status).toBe(200);
    expect(other.server.seen[0]?.request.rawHeaders.join()).not.toMatch(
      /authorization|fuze-secret/i,
    );
  });
});
