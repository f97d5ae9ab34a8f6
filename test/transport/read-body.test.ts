import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBody, type UnreadBody } from '../../src/transport/read-body.js';

const LIMIT = 1_000;

let server: Server;
let socket: Socket;
let outcome: Promise<Buffer | UnreadBody>;
let request: IncomingMessage | undefined;

beforeEach(async () => {
  server = createServer();
  outcome = new Promise((resolve) => {
    server.on('request', (incoming: IncomingMessage) => {
      request = incoming;
      readBody(incoming, LIMIT, () => true, resolve);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not bound to a port');
  socket = connect(address.port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
});

afterEach(async () => {
  socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function post(header: string, body: string): void {
  socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n${body}`);
}

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

test('gives a body of known length', async () => {
  post('Content-Length: 7', '{"é":1');
  expect((await outcome).toString()).toBe('{"é":1');
});

test('gives a body that comes in chunks', async () => {
  post('Transfer-Encoding: chunked', chunk('{"a"') + chunk(':1}') + chunk(''));
  expect((await outcome).toString()).toBe('{"a":1}');
});

test('gives an empty one where there is none', async () => {
  post('X: y', '');
  expect(await outcome).toEqual(Buffer.alloc(0));
});

test('takes a body of exactly the limit', async () => {
  post(`Content-Length: ${LIMIT}`, 'x'.repeat(LIMIT));
  expect(await outcome).toHaveLength(LIMIT);
});

test('reads nothing of one that is announced as too large', async () => {
  post(`Content-Length: ${LIMIT + 1}`, '');
  expect(await outcome).toBe('too large');
});

test('stops reading one that never ends', async () => {
  post('Transfer-Encoding: chunked', '');
  const endless = setInterval(() => socket.write(chunk('x'.repeat(300))), 1);
  try {
    expect(await outcome).toBe('too large');
    expect(request?.isPaused()).toBe(true);
    expect(request?.listenerCount('data')).toBe(0);
  } finally {
    clearInterval(endless);
  }
});

test('tells when the client goes away in the middle', async () => {
  server.once('request', () => socket.destroy());
  post('Content-Length: 100', 'half');
  expect(await outcome).toBe('aborted');
});

test('tells when the client has gone before', async () => {
  server.removeAllListeners('request');
  const late = new Promise((resolve) => {
    server.on('request', (incoming: IncomingMessage) => {
      incoming.on('close', () => readBody(incoming, LIMIT, () => true, resolve));
      socket.destroy();
    });
  });
  post('Content-Length: 100', 'half');
  expect(await late).toBe('aborted');
});
