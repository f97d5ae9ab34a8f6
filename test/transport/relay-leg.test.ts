import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../src/transport/http-listener.js';
import { RelayExchange } from '../../src/transport/relay-exchange.js';
import { RelayLeg } from '../../src/transport/relay-leg.js';
import { openExchange } from './support/http-exchange.js';

const SENDER = { session: undefined, runName: undefined, connection: '1' };
const call = (id: unknown): string => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call' });

async function exchangeOf(requests: number): Promise<RelayExchange> {
  const { reply } = await openExchange();
  const request: HttpRequest = {
    ...{ method: 'POST', path: '/mcp', query: new URLSearchParams(), headers: {} },
    ...{ rawHeaders: [], body: Buffer.alloc(0), reply, connection: '1' },
  };
  const exchange = new RelayExchange(request, SENDER, false);
  for (let asked = 0; asked < requests; asked += 1) exchange.expect();
  return exchange;
}

function keysOf({ requests }: RelayLeg): readonly string[] | 'all' {
  return 'expect' in requests ? 'all' : requests.map(({ raw }) => raw);
}

describe('RelayLeg', () => {
  it.each([
    ['one request', 1, call(1)],
    ['no request', 0, '{"jsonrpc":"2.0","method":"notifications/x"}'],
    ['a batch that cannot be read here', 2, `\ufeff[${call(1)},${call(2)}]`],
  ])('stands for all of an exchange with %s', async (_, requests, body) => {
    const leg = new RelayLeg(await exchangeOf(requests), Buffer.from(body));
    expect([keysOf(leg), leg.othersWait, leg.isAnswered]).toEqual(['all', false, requests === 0]);
  });

  it('stands for a GET, which has none', async () => {
    const leg = new RelayLeg(await exchangeOf(0), undefined);
    expect([keysOf(leg), leg.othersWait]).toEqual(['all', false]);
  });

  it('knows its own requests from those that were held', async () => {
    const exchange = await exchangeOf(3);
    const most = new RelayLeg(exchange, Buffer.from(` [${call(1)}, ${call('b')}]`));
    const held = new RelayLeg(exchange, Buffer.from(call(3)));
    expect([keysOf(most), keysOf(held)]).toEqual([['1', '"b"'], ['3']]);
    expect([most.othersWait, most.isAnswered]).toEqual([true, false]);
    exchange.settled();
    exchange.settled();
    expect([most.isAnswered, held.othersWait]).toEqual([true, false]);
    exchange.settled();
    expect(held.isAnswered).toBe(true);
  });
});
