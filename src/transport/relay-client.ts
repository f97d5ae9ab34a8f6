import { RelayExchange } from './relay-exchange.js';
import type { Transport, TransportHandler, Via } from './transport.js';

/** The clients of an HTTP server, which all have their own way back. */
export class RelayClient implements Transport {
  readonly backlog = 0;
  readonly comeAlone = true;
  private handler: TransportHandler | undefined;
  /** Those to flush, perhaps more than once. No Set: what it held when it was cleared stays in memory until a full collection. */
  private changed: RelayExchange[] = [];

  start(handler: TransportHandler): void {
    this.handler = handler;
  }

  /** Takes a POST. */
  post(exchange: RelayExchange): void {
    const { body, reply } = exchange.request;
    this.changed.push(exchange);
    reply.onClose((early) => {
      if (early && exchange.leavingCancels && exchange.isOpen) this.handler?.left(exchange);
    });
    this.handler?.messages([{ kind: 'line', raw: body, body }], exchange);
  }

  send(message: Buffer | string, via?: Via): void {
    if (!(via instanceof RelayExchange)) return;
    via.send(message);
    this.changed.push(via);
  }

  flush(): void {
    const { changed } = this;
    this.changed = [];
    for (const exchange of changed) exchange.flush();
  }

  /** Each exchange holds its own server's answer back: see `RelayServer`. */
  pause(): void {}
  resume(): void {}
  end(): void {
    this.flush();
  }
}
