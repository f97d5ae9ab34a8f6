import { describe, expect, it } from 'vitest';
import { type IdKey, readId } from '../../src/jsonrpc/id.js';
import type { HttpRequest } from '../../src/transport/http-listener.js';
import { RelayExchange } from '../../src/transport/relay-exchange.js';
import { RelayLeg } from '../../src/transport/relay-leg.js';
import { openExchange } from './support/http-exchange.js';

const SENDER = { session: undefined, runName: undefined, connection: '1' };
const call = (id: string): string => `{"jsonrpc":"2.0","id":${id},"method":"tools/call"}`;
const keyOf = (id: string): IdKey => readId(id)?.key ?? '';

/** An exchange in which these requests wait. */
async function exchangeOf(...ids: readonly string[]): Promise<RelayExchange> {
  const { reply } = await openExchange();
  const request: HttpRequest = {
    ...{ method: 'POST', path: '/mcp', query: new URLSearchParams(), headers: {} },
    ...{ rawHeaders: [], body: Buffer.alloc(0), reply, connection: '1' },
  };
  const exchange = new RelayExchange(request, SENDER, false);
  for (const id of ids) exchange.expect(keyOf(id));
  return exchange;
}

describe('RelayLeg', () => {
  it.each([
    ['a request', call('1'), ['1']],
    ['a batch', ` [${call('1')}, ${call('"b"')} ]`, ['1', '"b"']],
    ['a batch behind a byte order mark', `\ufeff[${call('1')}]`, ['1']],
    ['a notification', '{"jsonrpc":"2.0","method":"x"}', []],
    ["a response, whose id is the server's", '{"jsonrpc":"2.0","id":1,"result":{}}', []],
    ['a batch with a response', `[{"id":1,"result":{}},${call('2')}]`, ['2']],
    ['nothing', undefined, []],
  ])('knows the requests of %s', async (_, body, own) => {
    const leg = new RelayLeg(
      await exchangeOf(),
      body === undefined ? undefined : Buffer.from(body),
    );
    expect(['1', '"b"', '2'].filter((id) => leg.has(keyOf(id)))).toEqual(own);
  });

  it.each([
    ['a request', '{"id":1,"method":"tools/list"}', true],
    ['a notification', '\ufeff {"method":"notifications/progress"}', true],
    ['nothing, as to open a stream', undefined, true],
    ['a call', call('1'), false],
    ['a call in other letters', '{"id":1,"method":"tools\\u002fcall"}', false],
    ['one that is a call to some', '{"id":1,"method":"tools/call","Method":"x"}', false],
    ['a batch', '[{"id":1,"method":"tools/list"}]', false],
    ['a response', '{"id":1,"result":{}}', false],
  ])('knows whether it can be sent once more: %s', async (_, body, expected) => {
    const leg = new RelayLeg(
      await exchangeOf('1'),
      body === undefined ? undefined : Buffer.from(body),
    );
    expect(leg.isRepeatable).toBe(expected);
  });

  it('is not sent once more when its request waits no longer', async () => {
    const exchange = await exchangeOf('1');
    const leg = new RelayLeg(exchange, Buffer.from('{"id":1,"method":"tools/list"}'));
    exchange.settled(keyOf('1'));
    expect(leg.isRepeatable).toBe(false);
  });

  it('knows its own requests from those that were held', async () => {
    const exchange = await exchangeOf('1', '2', '3');
    const most = new RelayLeg(exchange, Buffer.from(`[${call('1')},${call('2')}]`));
    const held = new RelayLeg(exchange, Buffer.from(call('3')));
    expect([most.isPart, most.isAnswered]).toEqual([true, false]);
    exchange.settled(keyOf('1'));
    exchange.settled(keyOf('2'));
    expect([most.isAnswered, held.isPart, held.isAnswered]).toEqual([true, true, false]);
    exchange.settled(keyOf('3'));
    expect([most.isPart, held.isAnswered]).toEqual([true, true]);
    const whole = await exchangeOf('1', '2');
    expect(new RelayLeg(whole, Buffer.from(`[${call('1')},${call('2')}]`)).isPart).toBe(false);
  });
});
