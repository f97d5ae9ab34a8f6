import { beforeEach, describe, expect, it } from 'vitest';
import { SharedClients } from '../../src/transport/shared-clients.js';
import { Heard } from './support/heard.js';
import { type HttpExchange, openExchange } from './support/http-exchange.js';

let clients: SharedClients;
let heard: Heard;
beforeEach(() => {
  clients = new SharedClients();
  heard = new Heard();
  clients.start(heard);
});

/** POSTs a message; a request of it waits from then on. */
async function post(text: string, takesEvents = true): Promise<HttpExchange> {
  const exchange = await openExchange();
  const body = Buffer.from(text);
  const before = heard.vias.length;
  clients.post({
    frame: { kind: 'line', raw: body, body },
    reply: exchange.reply,
    sender: { session: undefined, runName: undefined, connection: '1' },
    takesEvents,
    version: '2026-07-28',
  });
  const via = heard.vias[before];
  if (via !== undefined && text.includes('"id"')) via.expect(1);
  clients.flush();
  return exchange;
}

/** Settles the n-th request, and answers it as the server would. */
function answer(n: number, text: string): void {
  heard.vias[n]?.settled(1);
  clients.send(text);
  clients.flush();
}

const bodyOf = async ({ answer: answered }: HttpExchange): Promise<string> => {
  const all = await answered;
  await all.over;
  return all.body;
};

describe('SharedClients', () => {
  it('gives requests numbers of their own, and each answer the id of its client', async () => {
    const one = await post('{"id":"a","method":"x"}');
    const other = await post('{"id":"a","method":"x"}');
    expect(heard.texts).toEqual(['{"id":1,"method":"x"}', '{"id":2,"method":"x"}']);
    answer(1, '{"id":2,"result":{"for":"the other"}}');
    answer(0, '{"id":1,"result":{"for":"one"}}');
    expect(await bodyOf(one)).toBe('{"id":"a","result":{"for":"one"}}');
    expect(await bodyOf(other)).toBe('{"id":"a","result":{"for":"the other"}}');
  });

  it('restores an id digit by digit', async () => {
    const exchange = await post('{"id":12345678901234567890,"method":"x"}');
    answer(0, '{ "id" : 1 , "result":{}}');
    expect(await bodyOf(exchange)).toBe('{ "id" : 12345678901234567890 , "result":{}}');
  });

  it('maps tokens with the ids', async () => {
    const exchange = await post('{"id":5,"method":"x","params":{"_meta":{"progressToken":"t"}}}');
    expect(heard.texts).toEqual(['{"id":1,"method":"x","params":{"_meta":{"progressToken":1}}}']);
    clients.send('{"method":"notifications/progress","params":{"progressToken":1,"progress":1}}');
    answer(0, '{"id":1,"result":{}}');
    expect(await bodyOf(exchange)).toContain('"progressToken":"t"');
  });

  it.each([
    ['an answer to nobody', '{"id":99,"result":{}}'],
    ['an id that the server has as text', '{"id":"1","result":{}}'],
    ['progress of nobody', '{"method":"notifications/progress","params":{"progressToken":99}}'],
    ['a change that nobody subscribed to', '{"method":"notifications/tools/list_changed"}'],
    ['a log message that nobody asked for', '{"method":"notifications/message","params":{}}'],
  ])('passes on to nobody %s', async (_, text) => {
    const exchange = await post('{"id":1,"method":"x"}');
    clients.send(text);
    clients.flush();
    answer(0, '{"id":1,"result":{}}');
    expect(await bodyOf(exchange)).toBe('{"id":1,"result":{}}');
  });

  it('refuses what the server asks, for nobody here can be asked', async () => {
    await post('{"id":1,"method":"x"}');
    clients.send('{"id":"s","method":"roots/list"}');
    expect(JSON.parse(heard.texts.at(-1) ?? '')).toMatchObject({
      id: 's',
      error: { code: -32601 },
    });
  });

  it('refuses a token that stands twice', async () => {
    const meta = '{"progressToken":1,"progressToken":2}';
    const exchange = await post(`{"id":1,"method":"x","params":{"_meta":${meta}}}`);
    expect([await bodyOf(exchange), (await exchange.answer).status]).toEqual([
      expect.stringContaining('-32600'),
      400,
    ]);
    expect(heard.texts).toEqual([]);
  });

  it('acknowledges a cancellation, and passes it to nobody', async () => {
    const text = '{"method":"notifications/cancelled","params":{"requestId":1}}';
    const escaped = text.replace('notifications', 'notific\\u0061tions');
    for (const each of [text, escaped]) expect((await (await post(each)).answer).status).toBe(202);
    expect(heard.texts).toEqual([]);
  });

  it('tells that a client has left while it waited, and sends what comes late to nobody', async () => {
    const exchange = await post('{"id":1,"method":"x"}');
    expect(clients.isInUse).toBe(true);
    await exchange.leave();
    expect(heard.gone).toEqual([heard.vias[0]]);
    expect(clients.isInUse).toBe(false);
    answer(0, '{"id":1,"result":{}}');
  });

  it('takes a client that has its answer for none that left', async () => {
    const exchange = await post('{"id":1,"method":"x"}');
    answer(0, '{"id":1,"result":{}}');
    await bodyOf(exchange);
    await expect.poll(() => clients.isInUse).toBe(false);
    expect(heard.gone).toEqual([]);
  });

  it('cuts off a client that does not read, and makes nobody wait for it', async () => {
    const slow = await post('{"id":1,"method":"x"}');
    const token =
      '{"method":"notifications/message","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1}}}';
    clients.send(token);
    clients.flush();
    (await slow.answer).response.pause();
    const large = token.replace('{"_meta"', `{"data":"${'x'.repeat(1 << 20)}","_meta"`);
    for (let n = 0; n < 64 && !slow.reply.over; n += 1) {
      clients.send(large);
      clients.flush();
    }
    expect([slow.reply.over, clients.backlog]).toEqual([true, 0]);
  });
});
