import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OneTimeEvent } from '../../../src/proxy/one-time-event.js';
import {
  eventText,
  json,
  openEvents,
  type Received,
  result,
  serveHttp,
} from '../support/http-server.js';
import {
  behindFuze,
  CONFIG,
  call,
  INITIALIZE,
  initialized,
  SESSION,
  said,
} from '../support/http-session.js';
import { startListening } from '../support/listening-fuze.js';
import { ask, post } from '../support/raw-http.js';

/* A batch of which a call is held goes to the server in parts, and its answers come back together. */

interface Batched {
  readonly status: number | undefined;
  readonly body: string;
}

/** A batch with a payment that waits for an identical one to end, which fails, and with a call that does not wait. */
async function batchThatWaits(
  look: (received: Received, id: number) => unknown,
  pay: (received: Received, id: number) => unknown,
): Promise<Batched> {
  const isBatched = new OneTimeEvent<void>();
  let first = true;
  const isPaying = new OneTimeEvent<void>();
  const fuze = await behindFuze({
    look: (received, id) => {
      received.response.on('finish', () => isBatched.happen());
      look(received, id);
    },
    pay: (received, id) => {
      if (!first) {
        pay(received, id);
        return;
      }
      first = false;
      isPaying.happen();
      void isBatched.happened.then(() => json(received, result(id, said('no', { isError: true }))));
    },
  });
  await post(fuze.url, INITIALIZE);
  const payment = post(fuze.url, call(1, 'pay'), SESSION);
  await isPaying.happened;
  const batch = await post(fuze.url, `[${call(2, 'pay')},${call(3, 'look')}]`, SESSION);
  expect((await payment).body).toContain('"isError":true');
  return batch;
}

const inEvents = async (received: Received, id: number, text: string): Promise<void> => {
  const write = openEvents(received);
  write(eventText({ jsonrpc: '2.0', method: 'notifications/message', params: { data: text } }));
  // The first event is with the client by then, or else this proves less.
  await sleep(50);
  write(eventText(result(id, said(text))));
  received.response.end();
};

describe('a batch in which one call waits', () => {
  it.each<[string, (received: Received) => void]>([
    ['of JSON', (received) => json(received, { error: 'broken' }, 500)],
    ['of text', ({ response }) => response.writeHead(500).end('broken')],
  ])('has the answer to each, though another ends with an error of HTTP %s', async (_, fail) => {
    const { status, body } = await batchThatWaits(fail, (received, id) =>
      json(received, result(id, said('paid'))),
    );
    expect([status, JSON.parse(body)]).toEqual([
      200,
      [
        {
          jsonrpc: '2.0',
          id: 3,
          error: { code: -32000, message: expect.stringMatching('^fuze: ') },
        },
        result(2, said('paid')),
      ],
    ]);
  });

  it('goes on with the stream of the one that waited', async () => {
    const { status, body } = await batchThatWaits(
      (received, id) => json(received, result(id, said('found'))),
      (received, id) => inEvents(received, id, 'paid'),
    );
    expect(status).toBe(200);
    const [notification, answers] = body.trim().split('\n\n');
    expect(notification).toContain('notifications/message');
    expect(answers).toMatch(/^data: \[.*"found".*"paid".*\]$/);
  });

  it('goes on behind the stream of the one that did not', async () => {
    const { status, body } = await batchThatWaits(
      (received, id) => inEvents(received, id, 'found'),
      (received, id) => json(received, result(id, said('paid'))),
    );
    expect(status).toBe(200);
    expect(body).toMatch(/data: \[.*"found".*"paid".*\]\n\n$/);
  });
});

describe('two calls of a batch that the server is asked for one after the other', () => {
  /** A batch of two identical payments; what the server does with each of them by turns, and what came of them. */
  async function twins(
    first: (received: Received, id: number) => unknown,
  ): Promise<{ readonly batch: unknown; readonly again: unknown; readonly paid: number }> {
    let asked = 0;
    let paid = 0;
    const fuze = await behindFuze({
      pay: (received, id) => {
        asked += 1;
        if (asked === 1) {
          first(received, id);
          return;
        }
        paid += 1;
        json(received, result(id, said('paid')));
      },
    });
    await post(fuze.url, INITIALIZE);
    const both = await post(fuze.url, `[${call(1, 'pay')},${call(2, 'pay')}]`, SESSION);
    const again = await post(fuze.url, call(3, 'pay'), SESSION);
    return { batch: JSON.parse(both.body), again: JSON.parse(again.body), paid };
  }

  it.each<[string, (received: Received) => void]>([
    ['of JSON', (received) => json(received, { error: 'later' }, 429)],
    ['of text', ({ response }) => response.writeHead(429).end('later')],
  ])('the second runs once when the first is turned away by HTTP %s', async (_, turnAway) => {
    const { batch, again, paid } = await twins(turnAway);
    expect(batch).toMatchObject([
      { id: 1, error: {} },
      { id: 2, result: said('paid') },
    ]);
    expect(again).toMatchObject({ result: { _meta: { 'fuze/decision': { action: 'replay' } } } });
    expect(paid).toBe(1);
  });

  it.each([['the first'], ['the second']])(
    'both are answered, %s before the other',
    async (which) => {
      const waiting = new Map<string, () => void>();
      const areAsked = new OneTimeEvent<void>();
      const hold = (name: string, received: Received, id: number): void => {
        waiting.set(name, () => json(received, result(id, said(name))));
        if (waiting.size === 2) areAsked.happen();
      };
      const isPaying = new OneTimeEvent<void>();
      let payment: (() => void) | undefined;
      const fuze = await behindFuze({
        look: (received, id) => {
          hold('found', received, id);
          payment?.();
        },
        pay: (received, id) => {
          if (payment !== undefined) {
            hold('paid', received, id);
            return;
          }
          payment = () => json(received, result(id, said('no', { isError: true })));
          isPaying.happen();
        },
      });
      await post(fuze.url, INITIALIZE);
      const first = post(fuze.url, call(1, 'pay'), SESSION);
      await isPaying.happened;
      const batch = post(fuze.url, `[${call(2, 'pay')},${call(3, 'look')}]`, SESSION);
      await Promise.all([first, areAsked.happened]);
      const order = which === 'the first' ? ['paid', 'found'] : ['found', 'paid'];
      waiting.get(order[0] ?? '')?.();
      await sleep(50);
      waiting.get(order[1] ?? '')?.();
      const answers: unknown[] = JSON.parse((await batch).body);
      expect(answers).toHaveLength(2);
      expect(answers).toContainEqual(result(2, said('paid')));
      expect(answers).toContainEqual(result(3, said('found')));
    },
  );
});

it('does not take the response of a client for a call of another request', async () => {
  let payments = 0;
  let answerPayment: () => void = () => {};
  const isPaying = new OneTimeEvent<void>();
  const server = await serveHttp((received) => {
    const { message, response } = received;
    if (message?.method === 'initialize') initialized(received);
    else if (Array.isArray(message)) json(received, { error: 'broken' }, 400);
    else if (message?.params?.name === 'pay') {
      payments += 1;
      answerPayment = () => json(received, result(message.id, said('paid')));
      isPaying.happen();
    } else response.writeHead(202).end();
  });
  const { url } = await startListening(`${server.origin}/mcp`, { config: CONFIG });
  await post(url, INITIALIZE);
  const payment = post(url, call(5, 'pay'), SESSION);
  await isPaying.happened;
  const response = JSON.stringify(result(5, {}));
  await post(url, `[${response},${call(8, 'look')},${call(9, 'find')}]`, SESSION);
  const again = post(url, call(6, 'pay'), SESSION);
  answerPayment();
  expect(JSON.parse((await payment).body)).toEqual(result(5, said('paid')));
  expect((await again).body).toContain('"paid"');
  expect(payments).toBe(1);
});

it.each([
  ['a notification', '{"jsonrpc":"2.0","method":"notifications/x"}'],
  ['a response', '{"jsonrpc":"2.0","id":7,"result":{}}'],
])('answers a batch of %s and a call that waits', async (_, other) => {
  let payments = 0;
  let answerFirst: () => void = () => {};
  const isPaying = new OneTimeEvent<void>();
  const server = await serveHttp((received) => {
    const { message, response } = received;
    if (message?.method === 'initialize') initialized(received);
    else if (message?.params?.name !== 'pay') {
      response.on('finish', () => answerFirst());
      response.writeHead(202).end();
    } else {
      payments += 1;
      if (payments > 1) json(received, result(message.id, said('paid')));
      else {
        answerFirst = () => json(received, result(message.id, said('no', { isError: true })));
        isPaying.happen();
      }
    }
  });
  const { url } = await startListening(`${server.origin}/mcp`, { config: CONFIG });
  await post(url, INITIALIZE);
  const first = post(url, call(1, 'pay'), SESSION);
  await isPaying.happened;
  const { status, body } = await post(url, `[${call(2, 'pay')},${other}]`, SESSION);
  await first;
  expect([status, JSON.parse(body)]).toEqual([200, [result(2, said('paid'))]]);
});

it('answers a batch by the stream with which its client goes on', async () => {
  const server = await serveHttp((received) => {
    const { message, request, response } = received;
    if (message?.method === 'initialize') initialized(received);
    else if (message !== undefined) {
      const write = openEvents(received);
      write('id: 1\ndata:\n\n');
      response.end();
    } else if (request.headers['last-event-id'] === '1') {
      const write = openEvents(received);
      write(eventText(result(1, said('found')), '2'));
      write(eventText(result(2, said('found too')), '3'));
      response.end();
    } else response.writeHead(405).end();
  });
  const { url } = await startListening(`${server.origin}/mcp`, { config: CONFIG });
  await post(url, INITIALIZE);
  const begun = await post(url, `[${call(1, 'look')},${call(2, 'look')}]`, SESSION);
  expect(begun.body).toBe('id: 1\ndata:\n\n');
  const headers = [...SESSION, 'Accept', 'text/event-stream', 'Last-Event-ID', '1'];
  const { body } = await ask(url, { headers });
  expect(body).toBe(
    eventText(result(1, said('found')), '2') + eventText(result(2, said('found too')), '3'),
  );
});
