import { createServer, get, type Server } from 'node:http';
import { afterAll } from 'vitest';
import { HttpReply } from '../../../src/transport/http-reply.js';
import { HttpAnswer } from '../../e2e/support/http-answer.js';

/** One HTTP request that waits for its answer, seen from both ends. */
export interface HttpExchange {
  readonly reply: HttpReply;
  /** The answer, once its head is there. */
  readonly answer: Promise<HttpAnswer>;
  /** The client breaks its connection; resolves when that is known here. */
  leave(): Promise<void>;
}

let server: Server | undefined;
let welcome: (reply: HttpReply) => void = () => {};

afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

async function port(): Promise<number> {
  if (server === undefined) {
    server = createServer((_, response) =>
      welcome(new HttpReply(response, { isClosing: false, queued: new Set() })),
    );
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Begins one over a real connection; one after the other. */
export async function openExchange(): Promise<HttpExchange> {
  const target = { host: '127.0.0.1', port: await port(), agent: false };
  const arrived = new Promise<HttpReply>((resolve) => {
    welcome = resolve;
  });
  const request = get(target);
  request.on('error', () => {});
  const answer = new Promise<HttpAnswer>((resolve) => {
    request.once('response', (response) => resolve(new HttpAnswer(response)));
  });
  const reply = await arrived;
  const left = new Promise<void>((resolve) => reply.onClose(() => resolve()));
  return {
    reply,
    answer,
    leave: () => {
      request.destroy();
      return left;
    },
  };
}
