import { describe, expect, it, vi } from 'vitest';
import { OneTimeEvent } from '../../../src/proxy/one-time-event.js';
import { json, openEvents, type Received, result } from '../support/http-server.js';
import { behindFuze, call, INITIALIZE, SESSION, said } from '../support/http-session.js';
import type { ListeningFuze } from '../support/listening-fuze.js';
import { MCP_HEADERS, open, post } from '../support/raw-http.js';

/* A batch of which a call is held has two requests at the server, and each ends in its own way. */

interface Parts {
  readonly fuze: ListeningFuze;
  /** The stream with an id of an event that the one call has, and the request of the one that was held. */
  readonly look: Received;
  readonly pay: Received;
  /** The client's reply, of which the head has come. */
  readonly reply: Awaited<ReturnType<typeof open>>;
}

/** A first payment that waits at the server, so that the next one will be held. */
async function heldPayment(look: (received: Received) => void) {
  const isFirst = new OneTimeEvent<Received>();
  const isPaying = new OneTimeEvent<Received>();
  let payments = 0;
  const fuze = await behindFuze({
    look,
    pay: (received) => {
      payments += 1;
      (payments === 1 ? isFirst : isPaying).happen(received);
    },
  });
  await post(fuze.url, INITIALIZE);
  const first = post(fuze.url, call(1, 'pay'), SESSION);
  const held = await isFirst.happened;
  /** The first one fails, and the one that was held goes to the server. */
  const letGo = async (): Promise<Received> => {
    json(held, result(1, said('no', { isError: true })));
    await first;
    return isPaying.happened;
  };
  return { fuze, letGo };
}

/** A batch whose payment was held, and is now at the server beside the rest. */
async function twoParts(): Promise<Parts> {
  const isLooking = new OneTimeEvent<Received>();
  const { fuze, letGo } = await heldPayment((received) => {
    openEvents(received)('id: 1\ndata:\n\n');
    isLooking.happen(received);
  });
  const batch = open(fuze.url, {
    method: 'POST',
    headers: [...MCP_HEADERS, ...SESSION],
    body: `[${call(2, 'pay')},${call(3, 'look')}]`,
  });
  const look = await isLooking.happened;
  const reply = await batch;
  return { fuze, look, pay: await letGo(), reply };
}

describe('of a batch with two requests at the server', () => {
  it('a call is lost whose connection broke, though the stream beside it can be taken up again', async () => {
    const { fuze, look, pay, reply } = await twoParts();
    reply.resume();
    pay.request.socket.destroy();
    // The same payment waits for that one as long as it may be under way.
    const again = await post(fuze.url, call(4, 'pay'), SESSION);
    expect(JSON.parse(again.body)).toMatchObject({
      id: 4,
      result: { isError: true, _meta: { 'fuze/decision': { action: 'refuse' } } },
    });
    look.response.destroy();
    await vi.waitFor(() => expect(reply.closed).toBe(true));
    const outcomes = (await fuze.records())
      .filter(({ kind }) => kind === 'call')
      .map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['failure', 'server_exited', 'refused']);
  });

  it('both end with the client, if both can be taken up again', async () => {
    const { look, pay, reply } = await twoParts();
    openEvents(pay)('id: 2\ndata:\n\n');
    // The second event is with the client, and so with fuze.
    let text = '';
    reply.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await vi.waitFor(() => expect(text).toContain('id: 2'));
    const ended = [look, pay].map(
      ({ response }) => new Promise((resolve) => response.once('close', resolve)),
    );
    reply.destroy();
    await Promise.all(ended);
  });

  it.each([500, 401])(
    'what the one brought is there, though the other got a page with HTTP %i',
    async (status) => {
      const isLooking = new OneTimeEvent<Received>();
      const { fuze, letGo } = await heldPayment((received) => isLooking.happen(received));
      const batch = post(fuze.url, `[${call(2, 'pay')},${call(3, 'look')}]`, SESSION);
      json(await isLooking.happened, result(3, said('seen')));
      const { response } = await letGo();
      response.writeHead(status, { 'content-type': 'text/plain' }).end('a page');
      const reply = await batch;
      expect(reply.status).toBe(200);
      const answers: { readonly id: number }[] = JSON.parse(reply.body);
      expect(answers.sort((a, b) => a.id - b.id)).toMatchObject([
        { id: 2, error: { message: expect.stringContaining(`HTTP ${status}`) } },
        { id: 3, ...result(3, said('seen')) },
      ]);
    },
  );

  it.each([500, 401, 204])(
    'what fuze refused of it is told, though the server answers with HTTP %i',
    async (status) => {
      const fuze = await behindFuze({
        look: ({ response }) =>
          void response.writeHead(status, { 'content-type': 'text/plain' }).end(),
      });
      await post(fuze.url, INITIALIZE);
      const nameless = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}';
      const reply = await post(fuze.url, `[${nameless},${call(2, 'look')}]`, SESSION);
      expect(reply.status).toBe(200);
      const answers: { readonly id: number }[] = JSON.parse(reply.body);
      expect(answers.sort((a, b) => a.id - b.id)).toMatchObject([
        { id: 1, error: { code: -32602 } },
        { id: 2, error: { message: expect.stringContaining(`HTTP ${status}`) } },
      ]);
    },
  );
});
