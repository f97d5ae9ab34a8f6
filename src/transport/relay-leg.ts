import type { RequestId } from '../jsonrpc/id.js';
import { idOf } from '../jsonrpc/id-of.js';
import { scanElements } from '../jsonrpc/scan.js';
import { skipSpace } from '../jsonrpc/scan-scalar.js';
import type { RelayExchange } from './relay-exchange.js';
import type { SentRequest } from './upstream-request.js';

/** The requests in a body that holds more than one message, or may. */
function idsIn(body: Buffer): RequestId[] {
  const elements = scanElements(body, skipSpace(body, 0)) ?? [{ start: 0, end: body.length }];
  return elements
    .map(({ start, end }) => idOf(body.subarray(start, end)))
    .filter((id) => id !== undefined);
}

/**
 * What of an exchange goes to the server with one request. Nearly always that is all of it; of a batch in which a call
 * is held it is the rest, and the call goes later by itself.
 */
export class RelayLeg {
  upstream: SentRequest | undefined;
  private readonly unansweredBefore: number;

  constructor(
    readonly exchange: RelayExchange,
    /** Undefined for a request without a message. */
    private readonly body: Buffer | undefined,
  ) {
    this.unansweredBefore = exchange.unanswered;
  }

  /** The requests in it; the exchange stands for them where it has no others. */
  get requests(): readonly RequestId[] | RelayExchange {
    return this.ids ?? this.exchange;
  }

  /** Whether the exchange has requests that wait for another answer of the server than this one. */
  get othersWait(): boolean {
    return this.ids !== undefined && this.exchange.unanswered > this.ids.length;
  }

  /** Whether none of its own requests waits any more, though others of the exchange may. */
  get isAnswered(): boolean {
    const { unanswered } = this.exchange;
    if (unanswered === 0) return true;
    return this.ids !== undefined && this.unansweredBefore - unanswered >= this.ids.length;
  }

  private get ids(): readonly RequestId[] | undefined {
    if (this.body === undefined || this.exchange.asked <= 1) return undefined;
    const ids = idsIn(this.body);
    return ids.length === 0 ? undefined : ids;
  }
}
