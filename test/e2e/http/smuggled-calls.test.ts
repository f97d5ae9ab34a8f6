import { beforeAll, describe, expect, test } from 'vitest';
import { fixture } from '../support/fuze-process.js';
import { couldCallDanger, type GullibleServer, startGullible } from '../support/gullible-server.js';
import { listenFuze, type StartedListener } from '../support/listening-fuze.js';
import { exchange, exchangeHead, type RawRequest, statuses } from '../support/raw-http-socket.js';

/** Every judged call of `danger` is above the budget. */
const config = '[proxy]\nmax_cost_per_run = 1\n[proxy.tools.danger]\nestimated_cost = 2\n';
const call = (id: string): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"danger","arguments":{}}}`;
const ping = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
const json = 'Content-Type: application/json';
const events = 'Accept: application/json, text/event-stream';
const modernMeta =
  '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}';
const modern = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"danger","arguments":{},${modernMeta}}}`;
const utf7Call = call('1').replace('/', '+AC8-');
const inUtf7 = (text: string): string =>
  text.replace(/[{}"/]/g, (sign) => {
    const coded = Buffer.from(`\0${sign}`).toString('base64').replaceAll('=', '');
    return `+${coded}-`;
  });
const chunked = (body: string): string =>
  `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const post = (body: string | Buffer, ...headers: string[]): RawRequest => ({
  headers: [json, events, ...headers],
  body,
});

const attacks: [string, RawRequest][] = [
  ['a plain call', post(call('1'))],
  [
    'a call of 2026-07-28',
    post(modern, 'MCP-Protocol-Version: 2026-07-28', 'Mcp-Method: tools/call', 'Mcp-Name: danger'),
  ],
  ['a call without an id', post(call('1').replace('"id":1,', ''))],
  ['an escaped method', post(call('1').replace('tools/call', 'tools\\/call'))],
  ['a method in unicode escapes', post(call('1').replace('tools/call', 'tools\\u002fcall'))],
  ['a method named twice', post(call('1').replace('"method"', '"method":"ping","method"'))],
  ['a method named in two cases', post(call('1').replace('"method"', '"method":"ping","Method"'))],
  ['a name given twice', post(call('1').replace('"name"', '"name":"ok","name"'))],
  ['a byte order mark', post(`\ufeff${call('1')}`)],
  ['invalid UTF-8', post(Buffer.concat([Buffer.from(call('1')), Buffer.from([0xff])]))],
  ['a call in UTF-16', post(Buffer.from(call('1'), 'utf16le'))],
  ['a batch', post(`[${ping},${call('1')}]`)],
  ['a batch of 2026-07-28', post(`[${modern}]`, 'MCP-Protocol-Version: 2026-07-28')],
  ['a batch in a batch', post(`[[${call('1')}]]`)],
  ['headers that name another method', post(call('1'), 'Mcp-Method: ping')],
  [
    'headers that name another tool',
    post(modern, 'MCP-Protocol-Version: 2026-07-28', 'Mcp-Method: tools/call', 'Mcp-Name: ok'),
  ],
  [
    'a body in UTF-7',
    { headers: ['Content-Type: application/json; charset=utf-7', events], body: utf7Call },
  ],
  [
    'a second Content-Type in UTF-7',
    post(utf7Call, 'Content-Type: application/json; charset=utf-7'),
  ],
  ['text/plain', { headers: ['Content-Type: text/plain', events], body: call('1') }],
  [
    'a form',
    { headers: ['Content-Type: application/x-www-form-urlencoded', events], body: call('1') },
  ],
  ['no type at all', { headers: [events], body: call('1') }],
  ['GET with a body', { method: 'GET', ...post(call('1')) }],
  ['DELETE with a body', { method: 'DELETE', ...post(call('1')) }],
  ['PUT', { method: 'PUT', ...post(call('1')) }],
  ['PATCH', { method: 'PATCH', ...post(call('1')) }],
  ['OPTIONS with a body', { method: 'OPTIONS', ...post(call('1')) }],
  [
    'another method by header',
    { method: 'GET', ...post(call('1'), 'X-HTTP-Method-Override: POST') },
  ],
  [
    'Transfer-Encoding and Content-Length',
    post(chunked(call('1')), 'Transfer-Encoding: chunked', 'Content-Length: 5'),
  ],
  [
    'Content-Length and Transfer-Encoding',
    post(chunked(call('1')), 'Content-Length: 5', 'Transfer-Encoding: chunked'),
  ],
  [
    'two Content-Lengths',
    post(call('1'), 'Content-Length: 5', `Content-Length: ${call('1').length}`),
  ],
  ['an odd Transfer-Encoding', post(chunked(call('1')), 'Transfer-Encoding: xchunked')],
  [
    'a folded Transfer-Encoding',
    post(chunked(call('1')), 'Transfer-Encoding:\r\n chunked', 'Content-Length: 5'),
  ],
  ['a header that is cut by a bare LF', post(call('1'), 'X: y\nTransfer-Encoding: chunked')],
  ['a foreign session', post(call('1'), 'Mcp-Session-Id: 11111111-1111-4111-8111-111111111111')],
  ['a forged Last-Event-ID', { method: 'GET', ...post(call('1'), 'Last-Event-ID: 0-1') }],
  ...[
    '/mcp/',
    '/MCP',
    '/mcp%2f',
    '/mcp?x=1',
    '/mcp;x',
    '//mcp',
    '/./mcp',
    '/%6dcp',
    '/.well-known/../mcp',
    'http://localhost/mcp',
  ].map((target): [string, RawRequest] => [`the path ${target}`, { target, ...post(call('1')) }]),
  ...[
    '/.well-known/mcp',
    '/.well-known/oauth-protected-resource',
    '/.well-known/..%2fmcp',
    '/.well-known/..%5cmcp',
    '/.well-known/..;/mcp',
    '/.well-known/%252e%252e/mcp',
    '/token',
    '/token/',
    '/register',
    '/authorize',
    '/announced',
    '/messages',
    '/messages?sessionId=x',
    '/sse',
    '/',
    '/healthz',
    '/metrics',
  ].flatMap((target): [string, RawRequest][] => [
    [`the path ${target}`, { target, ...post(call('1')) }],
    [
      `a form to ${target}`,
      { target, headers: ['Content-Type: application/x-www-form-urlencoded'], body: call('1') },
    ],
    [`PUT to ${target}`, { target, method: 'PUT', ...post(call('1')) }],
    [`GET with a body to ${target}`, { target, method: 'GET', ...post(call('1')) }],
    [
      `a call hidden among the metadata of a client at ${target}`,
      { target, ...post(call('1').replace('{', '{"client_name":"x",')) },
    ],
    [`a batch at ${target}`, { target, ...post(`[${call('1')}]`) }],
    [`UTF-16 at ${target}`, { target, ...post(Buffer.from(call('1'), 'utf16le')) }],
    [
      `UTF-7 at ${target}`,
      {
        target,
        headers: ['Content-Type: application/json; charset=utf-7'],
        body: inUtf7(call('1')),
      },
    ],
    [
      `a call without an id behind a byte order mark at ${target}`,
      { target, ...post(`\ufeff${call('1').replace('"id":1,', '')}`) },
    ],
  ]),
];

/** Only for who reads line by line. */
const lineAttacks: [string, RawRequest][] = [
  [
    'a call on a line of its own inside a ping',
    post(`{"jsonrpc":"2.0","id":2,"method":"ping","params":{"x":[\n${call('1')}\n]}}`),
  ],
  [
    'the same with carriage returns',
    post(`{"jsonrpc":"2.0","id":3,"method":"ping","params":{"x":[\r${call('1')}\r]}}`),
  ],
];

const remotes = ['http', 'sse', undefined] as const;

describe.each(remotes)(
  'in front of a server of transport %s that takes everything',
  (transport) => {
    let upstream: GullibleServer;
    let fuze: StartedListener;
    beforeAll(async () => {
      upstream = await startGullible();
      const path = transport === 'sse' ? '/sse' : '/mcp';
      const flags = transport === undefined ? [] : ['--transport', transport];
      fuze = await listenFuze(['--url', `${upstream.origin}${path}`], { flags, config });
      // A server may announce any path as that of its metadata.
      upstream.seen.length = 0;
    });

    test.each(attacks)('no tool is reached by %s', async (_, request) => {
      upstream.seen.length = 0;
      const answer = await exchangeHead(fuze.port, request);
      expect(upstream.seen.filter(couldCallDanger)).toEqual([]);
      expect(statuses(answer)).not.toEqual([]);
      expect(fuze.fuze.child.exitCode).toBeNull();
    });
  },
);

describe('in front of a command', () => {
  let fuze: StartedListener;
  let session: string;
  const log = (): string =>
    fuze.fuze.workspace
      .read('raw.log')
      .toString('utf8')
      .replaceAll('\\/', '/')
      .replaceAll('\\u002f', '/');

  beforeAll(async () => {
    const env = { RAW_LOG: 'raw.log' };
    fuze = await listenFuze(['--', ...fixture('raw-server', '--tool', 'danger=ok')], {
      config,
      env,
    });
    const hello =
      '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}';
    const answer = await exchange(fuze.port, post(hello));
    session = /mcp-session-id: (\S+)/i.exec(answer)?.[1] ?? '';
    expect(session).not.toBe('');
  });

  test.each([...attacks, ...lineAttacks])(
    'no tool is reached by %s, within a session or without',
    async (_, request) => {
      const answer = await exchangeHead(fuze.port, request);
      expect(statuses(answer)).not.toEqual([]);
      const headers = [...(request.headers ?? []), `Mcp-Session-Id: ${session}`];
      // A GET opens a stream, which stays open.
      if (!/^(?:GET|DELETE)$/.test(request.method ?? ''))
        await exchange(fuze.port, { ...request, headers });
      const lines = log()
        .split(/[\r\n]/)
        .filter((line) => line.includes('danger') && line.includes('tools/call'));
      expect(lines.filter((line) => !line.includes('"ping"'))).toEqual([]);
      expect(fuze.fuze.child.exitCode).toBeNull();
    },
  );
});
