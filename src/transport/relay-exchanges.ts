import type { RelayExchange } from './relay-exchange.js';

/**
 * The exchanges that a server has not answered. No Set: V8 chains every table that a Set has outgrown to the next, so
 * that those with thousands of comings and goings keep what has gone until the next full collection.
 */
export class RelayExchanges {
  private readonly list: RelayExchange[] = [];

  add(exchange: RelayExchange): void {
    if (exchange.place !== undefined) return;
    exchange.place = this.list.length;
    this.list.push(exchange);
  }

  remove(exchange: RelayExchange): void {
    const { place } = exchange;
    if (place === undefined) return;
    exchange.place = undefined;
    // The last one takes the place that becomes free.
    const last = this.list.pop();
    if (last === undefined || last === exchange) return;
    this.list[place] = last;
    last.place = place;
  }

  /** A copy, for an exchange may go while they are gone through. */
  all(): RelayExchange[] {
    return [...this.list];
  }
}
