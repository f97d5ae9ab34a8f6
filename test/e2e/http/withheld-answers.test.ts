import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  eventText,
  json,
  openEvents,
  type Received,
  result,
  serveHttp,
} from '../support/http-server.js';
import { type ListeningFuze, startListening } from '../support/listening-fuze.js';
import { post } from '../support/raw-http.js';

/* With a trace, what goes to the client is withheld for a moment. Nothing may overtake it, or be lost by it. */

const CONFIG = `
[proxy]
trace = "trace.jsonl"
[proxy.tools.pay]
side_effect = true
[proxy.tools.slow]
timeout = "100ms"
`;

const call = (id: number, name: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } });
const said = (text: string, more = {}): object => ({ content: [{ type: 'text', text }], ...more });

const SESSION = ['Mcp-Session-Id', 'session-1'];
const VERSION = '2025-03-26';
const INITIALIZE = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 0, method: 'initialize' },
  params: { protocolVersion: VERSION, capabilities: {}, clientInfo: { name: 'c', version: '1' } },
});

function initialized(received: Received): void {
  const told = {
    protocolVersion: VERSION,
    capabilities: {},
    serverInfo: { name: 's', version: '1' },
  };
  json(received, result(0, told), 200, { 'mcp-session-id': 'session-1' });
}

/** fuze before a server that tells each call by its tool. */
async function behindFuze(
  answers: Readonly<Record<string, (received: Received, id: number) => unknown>>,
): Promise<ListeningFuze> {
  const server = await serveHttp((received) => {
    const asked = [received.message].flat()[0];
    if (asked.method === 'initialize') initialized(received);
    else answers[asked.params.name]?.(received, asked.id);
  });
  return startListening(`${server.origin}/mcp`, { config: CONFIG });
}

interface Batched {
  readonly status: number | undefined;
  readonly body: string;
}

/** A batch with a payment that waits for an identical one to end, which fails, and with a call that does not wait. */
async function batchThatWaits(
  look: (received: Received, id: number) => unknown,
  pay: (received: Received, id: number) => unknown,
): Promise<Batched> {
  let paid: () => void = () => {};
  const isBatched = new Promise<void>((resolve) => {
    paid = resolve;
  });
  let first = true;
  let payments: () => void = () => {};
  const isPaying = new Promise<void>((resolve) => {
    payments = resolve;
  });
  const fuze = await behindFuze({
    look: (received, id) => {
      received.response.on('finish', paid);
      look(received, id);
    },
    pay: (received, id) => {
      if (!first) {
        pay(received, id);
        return;
      }
      first = false;
      payments();
      void isBatched.then(() => json(received, result(id, said('no', { isError: true }))));
    },
  });
  await post(fuze.url, INITIALIZE);
  const payment = post(fuze.url, call(1, 'pay'), SESSION);
  await isPaying;
  const batch = await post(fuze.url, `[${call(2, 'pay')},${call(3, 'look')}]`, SESSION);
  expect((await payment).body).toContain('"isError":true');
  return batch;
}

const inEvents = async (received: Received, id: number, text: string): Promise<void> => {
  const write = openEvents(received);
  write(eventText({ jsonrpc: '2.0', method: 'notifications/message', params: { data: text } }));
  // The first event is with the client by then, or else this proves less.
  await after(50);
  write(eventText(result(id, said(text))));
  received.response.end();
};

describe('a batch in which one call waits', () => {
  it('ends with the error of HTTP that another brings', async () => {
    const fail = (received: Received): void => json(received, { error: 'broken' }, 500);
    const { status, body } = await batchThatWaits(fail, (received, id) =>
      json(received, result(id, said('paid'))),
    );
    expect([status, JSON.parse(body)]).toEqual([500, { error: 'broken' }]);
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

it.each(['text/plain', 'text/event-stream', 'application/json'])(
  'says that a call took too long though an answer of %s comes at that moment',
  async (type) => {
    let asked: (received: Received) => void = () => {};
    const slow = new Promise<Received>((resolve) => {
      asked = resolve;
    });
    const fuze = await behindFuze({ slow: (received) => asked(received) });
    const answer = post(fuze.url, call(1, 'slow'));
    const { response } = await slow;
    fuze.process.signal('SIGSTOP');
    // Longer than the call may take: its clock and the answer are there together when fuze goes on.
    await after(200);
    response.writeHead(500, { 'content-type': type });
    response.end('too late');
    await once(response, 'finish');
    fuze.process.signal('SIGCONT');
    const { status, body } = await answer;
    expect([status, JSON.parse(body)]).toMatchObject([200, { id: 1, result: { isError: true } }]);
    expect(body).toContain('did not answer within');
  },
);
