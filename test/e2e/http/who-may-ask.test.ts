import { beforeAll, describe, expect, test } from 'vitest';
import { fixture, runFuze } from '../support/fuze-process.js';
import { startGullible } from '../support/gullible-server.js';
import { listenFuze, type StartedListener } from '../support/listening-fuze.js';
import {
  exchange,
  exchangeHead,
  RawConnection,
  requestBytes,
  statuses,
} from '../support/raw-http-socket.js';

const server = ['--', ...fixture('raw-server')];
const json = 'Content-Type: application/json';
const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const paths = ['/mcp', '/sse', '/messages', '/healthz', '/metrics', '/.well-known/x', '/nowhere'];
const TOKEN = 'tok-5f1c9a7e';

describe('without a token, on the loopback', () => {
  let fuze: StartedListener;
  beforeAll(async () => {
    fuze = await listenFuze(server);
  });

  test.each(
    [
      'evil.example',
      'evil.example:80',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '192.168.1.2',
      '[::2]',
      'localhost@evil.example',
      '0.0.0.0',
      '',
    ].flatMap((host) => paths.map((path): [string, string] => [host, path])),
  )('403 for the Host %j at %s', async (host, target) => {
    const method = /healthz|metrics|sse|known/.test(target) ? 'GET' : 'POST';
    const answer = await exchange(fuze.port, { method, target, host, headers: [json], body: ping });
    expect(statuses(answer)).toEqual([403]);
  });

  test.each([
    'http://evil.example',
    'null',
    'file://',
    'http://127.0.0.1.evil.example',
    'http://localhost@evil.example',
    'chrome-extension://x',
    '',
    'http://[::2]',
  ])('403 for the Origin %j, everywhere', async (origin) => {
    for (const target of paths) {
      const headers = [json, `Origin: ${origin}`];
      expect(statuses(await exchange(fuze.port, { target, headers, body: ping }))).toEqual([403]);
    }
  });

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1', '127.9.9.9:80', '[::1]', '[::1]:8080'])(
    'the Host %s is one of ours',
    async (host) => {
      const answer = await exchange(fuze.port, { method: 'GET', target: '/healthz', host });
      expect(statuses(answer)).toEqual([200]);
    },
  );

  test('HTTP/1.0 without a Host is refused', async () => {
    const connection = new RawConnection(fuze.port);
    connection.write('GET /healthz HTTP/1.0\r\n\r\n');
    expect(statuses(await connection.ended)).toEqual([403]);
  });

  test('an image on the page of a stranger opens no session', async () => {
    const headers = [
      'Accept: text/event-stream',
      'Sec-Fetch-Site: cross-site',
      'Sec-Fetch-Mode: no-cors',
    ];
    expect(
      statuses(await exchangeHead(fuze.port, { method: 'GET', target: '/sse', headers })),
    ).toEqual([403]);
  });

  test('a page of this machine is given no leave to send JSON', async () => {
    const headers = [
      'Origin: http://localhost:3000',
      'Access-Control-Request-Method: POST',
      'Access-Control-Request-Headers: content-type',
    ];
    const answer = await exchange(fuze.port, { method: 'OPTIONS', headers });
    expect(statuses(answer)).toEqual([405]);
    expect(answer).not.toMatch(/access-control/i);
  });

  test.each([
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', []],
    ['TRACE', 'TRACE /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', [405]],
    ['two Hosts', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n', [400]],
    [
      'an absolute target',
      'GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      [400],
    ],
    ['*', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', [400]],
    [
      'two lengths',
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
      [400],
    ],
    [
      'a length and chunks',
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      [400],
    ],
    [
      'headers beyond the limit',
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      [431],
    ],
    ['no HTTP', 'hello\r\n\r\n', [400]],
  ])('%s is refused', async (_, bytes, expected) => {
    const connection = new RawConnection(fuze.port);
    connection.write(bytes);
    expect(statuses(await connection.ended)).toEqual(expected);
  });

  test('requests in one write get their answers in order', async () => {
    const connection = new RawConnection(fuze.port);
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    connection.write(
      Buffer.concat([
        Buffer.from(get('/healthz') + get('/nowhere')),
        requestBytes({ method: 'GET', target: '/healthz' }),
      ]),
    );
    expect(statuses(await connection.ended)).toEqual([200, 404, 200]);
  });

  test('a client that asks for leave to send its body gets it', async () => {
    const connection = new RawConnection(fuze.port);
    connection.write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${json}\r\nContent-Length: ${ping.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    await connection.until(/100 Continue\r\n\r\n/);
    connection.write(ping);
    expect(statuses(await connection.ended)).toEqual([100, 400]);
  });

  test.each(['gzip', 'deflate', 'br', 'identity, gzip'])(
    'a body in %s is refused',
    async (encoding) => {
      const headers = [json, `Content-Encoding: ${encoding}`];
      expect(statuses(await exchange(fuze.port, { headers, body: ping }))).toEqual([415]);
    },
  );

  test('a body of 100 MB, announced or not, is refused before it is here', async () => {
    const announced = new RawConnection(fuze.port);
    announced.write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${json}\r\nContent-Length: 104857600\r\n\r\n`,
    );
    expect(statuses(await announced.ended)).toEqual([413]);
    const endless = new RawConnection(fuze.port);
    endless.write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${json}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const part = Buffer.concat([
      Buffer.from('100000\r\n'),
      Buffer.alloc(1 << 20, 0x20),
      Buffer.from('\r\n'),
    ]);
    const more = (): void => {
      while (!endless.socket.destroyed && endless.write(part));
    };
    endless.socket.on('drain', more);
    more();
    expect(statuses(await endless.until(/413 /))).toEqual([413]);
    await endless.ended;
  });

  test('a client that reads when it has sent everything is told that it was too much', async () => {
    const body = Buffer.alloc(100 << 20, 0x20);
    const client = new RawConnection(fuze.port);
    client.socket.pause();
    client.write(`POST /mcp HTTP/1.1\r\nHost: localhost\r\n${json}\r\n`);
    client.write(`Content-Length: ${body.length}\r\n\r\n`);
    await new Promise<void>((resolve) => {
      client.socket.once('close', resolve).write(body, () => resolve());
    });
    client.socket.resume();
    expect(statuses(await client.ended)).toEqual([413]);
  });
});

describe('with a token', () => {
  test('nothing but the health is told without it', async () => {
    const fuze = await listenFuze(server, { flags: ['--token', TOKEN] });
    const wrong = [
      '',
      `Authorization: Bearer ${TOKEN}x`,
      'Authorization: Bearer ',
      `Authorization: Basic ${TOKEN}`,
      `Authorization: ${TOKEN}`,
      `X-Authorization: Bearer ${TOKEN}`,
    ];
    for (const target of paths.filter((path) => path !== '/healthz')) {
      for (const line of wrong) {
        const headers = [json, line].filter((each) => each !== '');
        const answer = await exchange(fuze.port, { target, headers, body: ping });
        expect(statuses(answer)).toEqual([401]);
        expect(answer).toMatch(/^www-authenticate: Bearer/im);
      }
    }
    const health = await exchange(fuze.port, { method: 'GET', target: '/healthz' });
    expect(health).toMatch(/\r\n\r\n\{"status":"ok"\}$/);
    const headers = [`Authorization: Bearer ${TOKEN}`];
    expect(
      statuses(await exchange(fuze.port, { method: 'GET', target: '/metrics', headers })),
    ).toEqual([200]);
    const two = [...headers, 'Authorization: Bearer other'];
    expect(
      statuses(await exchange(fuze.port, { method: 'GET', target: '/metrics', headers: two })),
    ).toEqual([400]);
  });

  test.each([
    ['FUZE_TOKEN', { env: { FUZE_TOKEN: TOKEN } }],
    ['token in [proxy]', { config: `[proxy]\ntoken = "${TOKEN}"\n` }],
  ])('it may come from %s', async (_, options) => {
    const fuze = await listenFuze(server, options);
    expect(statuses(await exchange(fuze.port, { method: 'GET', target: '/metrics' }))).toEqual([
      401,
    ]);
  });

  test('it is neither written down nor shown to the server', async () => {
    const upstream = await startGullible();
    const config = '[proxy.tools.danger]\nmax_calls_per_run = 1\n';
    const flags = [
      '--token',
      TOKEN,
      '--verbose',
      '--trace',
      'trace.jsonl',
      '--trip-log',
      'trip.json',
      '--transport',
      'http',
    ];
    const { fuze, port } = await listenFuze(['--url', `${upstream.origin}/mcp`], { flags, config });
    const headers = [json, `Authorization: Bearer ${TOKEN}`];
    for (const id of [1, 2, 3]) {
      const body = JSON.stringify({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'danger' },
      });
      await exchange(port, { headers, body });
    }
    await exchange(port, { headers: [json, `Authorization: Bearer ${TOKEN}wrong`], body: ping });
    await exchange(port, {
      method: 'GET',
      target: '/.well-known/oauth-authorization-server',
      headers,
    });
    const written = [
      fuze.stderr,
      fuze.workspace.read('trace.jsonl'),
      fuze.workspace.read('trip.json'),
      JSON.stringify(upstream.seen),
    ];
    expect(upstream.seen.length).toBeGreaterThan(0);
    expect(written.join('\n')).not.toContain(TOKEN);
  });

  test('emptying it in the file does not open a listener that others can reach', async () => {
    const config = `[proxy]\ntoken = "${TOKEN}"\n`;
    const { fuze, port } = await listenFuze(server, { config, listen: '0.0.0.0:0' });
    fuze.workspace.write('fuze.toml', '[proxy]\ntoken = ""\n');
    await fuze.stderrMatches(/not taken up: .*nothing would protect it/);
    expect(statuses(await exchange(port, { method: 'GET', target: '/metrics' }))).toEqual([401]);
  });
});

describe('a start that cannot be right', () => {
  test.each([
    [['--listen', 'abc'], /found "abc"/],
    [['--listen', ''], /found ""/],
    [['--listen', '65536'], /from 0 to 65535/],
    ...[
      '0.0.0.0:0',
      '[::]:0',
      'lan-name:0',
      '192.168.1.2:0',
      'localhost.evil:0',
      '[::ffff:127.0.0.1]:0',
    ].map((address): [string[], RegExp] => [['--listen', address], /nothing would protect it/]),
    ...['127.1:0', '0:0', '2130706433:0', '::1:0', 'localhost.:0'].map(
      (address): [string[], RegExp] => [['--listen', address], /Allowed is \[host:\]port/],
    ),
    [['--listen', '0', '--token', ''], /--token/],
    [['--listen', '0', '--token', 'a b'], /--token/],
    [['--token', 'x'], /--token: is for the clients of --listen/],
    [
      ['--listen', '0', '--transport', 'nonsense', '--url', 'http://x/'],
      /found "nonsense", allowed is http or sse/,
    ],
    [['--listen', '0', '--url', 'http://x/'], /leave one away/],
  ])('%j ends with 2 and words', async (flags, words) => {
    const done = await runFuze(['proxy', ...flags, ...server]);
    expect(done).toMatchObject({ code: 2, stdout: '' });
    expect(done.stderr).toMatch(words);
    expect(done.stderr).not.toMatch(/^\s+at /m);
  });

  test('a port that is taken is named', async () => {
    const { port } = await listenFuze(server);
    const done = await runFuze(['proxy', '--listen', String(port), ...server]);
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/another program listens there/);
  });
});
