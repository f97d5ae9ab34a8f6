import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpListener, type HttpRequest } from '../../src/transport/http-listener.js';
import { RawConnection } from '../e2e/support/raw-http-socket.js';

let listener: HttpListener;
let port: number;
let requests: HttpRequest[];

beforeEach(async () => {
  requests = [];
  listener = new HttpListener({
    address: { host: '127.0.0.1', port: 0 },
    token: () => '',
    maxBodyBytes: () => 10 << 20,
    maxConnections: 3,
    patience: { headers: 100, request: 200, check: 20 },
    open: new Set(),
    onRequest: (request) => {
      requests.push(request);
      if (request.path === '/answer') request.reply.empty(204);
    },
    onConnectionClosed: () => {},
  });
  port = await listener.listen();
});

afterEach(() => listener.close());

test('cuts off a client that says nothing at all', async () => {
  await new RawConnection(port).ended;
});

test.each([
  ['its headers', 'GET /answer HTTP/1.1\r\nHost: localhost\r\n', 'X: y\r\n'],
  ['its body', 'POST /answer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n', 'x'],
  [
    'its chunks',
    'POST /answer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n',
    '1\r\nx\r\n',
  ],
])('cuts off a client that drips %s', async (_, begin, drop) => {
  const slow = new RawConnection(port);
  slow.write(begin);
  const drips = setInterval(() => slow.write(drop), 10);
  try {
    expect(await slow.ended).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
    expect(requests).toEqual([]);
  } finally {
    clearInterval(drips);
  }
});

test('takes no more connections than it may', async () => {
  const held = [1, 2, 3].map(() => new RawConnection(port));
  for (const each of held) each.write('GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await expect.poll(() => requests.length).toBe(3);
  const fourth = new RawConnection(port);
  fourth.write('GET /answer HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(await fourth.ended).toBe('');
  for (const { reply } of requests) reply.empty(204);
});

test('takes nothing that comes behind a body that it refused', async () => {
  const connection = new RawConnection(port);
  const head = 'POST /answer HTTP/1.1\r\nHost: localhost\r\n';
  const refused = `${head}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc`;
  connection.write(`${refused}${head}Content-Length: 2\r\n\r\n{}`);
  expect((await connection.ended).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 415']);
  expect(requests).toEqual([]);
});

test('tells of each request that its client has left, those too that waited behind others', async () => {
  const connection = new RawConnection(port);
  const hold = 'GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n';
  connection.write(hold.repeat(12));
  await expect.poll(() => requests.length).toBe(12);
  const left = requests.map(
    ({ reply }) => new Promise<boolean>((resolve) => reply.onClose(resolve)),
  );
  connection.socket.destroy();
  expect(await Promise.all(left)).toEqual(requests.map(() => true));
});

test('holds no more bodies than fit, until their requests are answered', async () => {
  const body = Buffer.alloc(10 << 20, 0x20);
  const post = (path: string): RawConnection => {
    const connection = new RawConnection(port);
    connection.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
    );
    for (let part = 0; part < 10; part += 1)
      connection.write(
        Buffer.concat([Buffer.from('100000\r\n'), body.subarray(0, 1 << 20), Buffer.from('\r\n')]),
      );
    connection.write('0\r\n\r\n');
    return connection;
  };
  await listener.close();
  listener = new HttpListener({
    address: { host: '127.0.0.1', port: 0 },
    token: () => '',
    maxBodyBytes: () => 10 << 20,
    maxConnections: 100,
    open: new Set(),
    onRequest: (request) => void requests.push(request),
    onConnectionClosed: () => {},
  });
  port = await listener.listen();
  const held = ['/1', '/2', '/3', '/4'].map(post);
  await expect.poll(() => requests.length).toBe(4);
  expect(await post('/5').until(/^HTTP/)).toMatch(/^HTTP\/1\.1 503 /);
  for (const { reply } of requests) reply.empty(204);
  await Promise.all(held.map(({ ended }) => ended));
  const later = post('/6');
  await expect.poll(() => requests.length).toBe(5);
  requests[4]?.reply.empty(204);
  expect(await later.ended).toMatch(/^HTTP\/1\.1 204 /);
});

test('lives on when a client resets its connection', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /hold HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nx', () =>
    socket.resetAndDestroy(),
  );
  await new Promise((resolve) => socket.once('close', resolve));
  const next = new RawConnection(port);
  next.write('GET /answer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  expect(await next.ended).toMatch(/^HTTP\/1\.1 204 /);
});
