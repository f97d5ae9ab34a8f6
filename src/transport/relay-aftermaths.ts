import type { RelayExchange } from './relay-exchange.js';

/** How long the answer to a client that has left is still awaited, to know how its call ended. */
const AFTERMATH_MS = 60_000;

/** The exchanges whose client waits for them no more, while the server still may answer. */
export class RelayAftermaths {
  /** With the end of fuze's patience. */
  private readonly timers = new Map<RelayExchange, NodeJS.Timeout>();

  has(exchange: RelayExchange): boolean {
    return this.timers.has(exchange);
  }

  /** From now on; nothing of an exchange that has nothing at the server. */
  begin(exchange: RelayExchange): void {
    if (exchange.atServer.length === 0) return;
    this.end(exchange);
    this.timers.set(exchange, setTimeout(() => exchange.abort(), AFTERMATH_MS).unref());
  }

  end(exchange: RelayExchange): void {
    clearTimeout(this.timers.get(exchange));
    this.timers.delete(exchange);
  }
}
