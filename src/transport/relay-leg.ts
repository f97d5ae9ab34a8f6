import { withoutMark } from '../jsonrpc/byte-order-mark.js';
import { type DecidingMembers, decidingMembers } from '../jsonrpc/deciding-members.js';
import { type IdKey, readId } from '../jsonrpc/id.js';
import { parseString, scanElements, valueText } from '../jsonrpc/scan.js';
import { skipSpace } from '../jsonrpc/scan-scalar.js';
import type { PartAtServer, RelayExchange } from './relay-exchange.js';
import { isRepeatable } from './repeatable-method.js';
import type { SomeRequests } from './transport.js';
import type { SentRequest } from './upstream-request.js';

const OPEN_BRACE = 0x7b;

/** Undefined for what is no object, as a batch. */
function membersOf(bytes: Buffer): DecidingMembers | undefined {
  const at = skipSpace(bytes, 0);
  return bytes[at] === OPEN_BRACE ? decidingMembers(bytes, at, ['id', 'method']) : undefined;
}

/** Of a request; undefined for a notification, a response, or what is no message. */
function keyOf(bytes: Buffer): IdKey | undefined {
  const members = membersOf(bytes)?.members;
  const id = members?.get('id');
  return id === undefined || !members?.has('method')
    ? undefined
    : readId(valueText(bytes, id))?.key;
}

/** Of a request or a notification that stands alone, and can be read in one way only. */
function methodIn(body: Buffer): string | undefined {
  const bytes = withoutMark(body);
  const read = membersOf(bytes);
  const method = read?.doubt === undefined ? read?.members.get('method') : undefined;
  return method === undefined ? undefined : parseString(valueText(bytes, method));
}

/** The keys of the requests in a body, which the session has read and found well. */
function keysIn(body: Buffer): ReadonlySet<IdKey> {
  const bytes = withoutMark(body);
  const elements = scanElements(bytes, skipSpace(bytes, 0)) ?? [{ start: 0, end: bytes.length }];
  const keys = elements.map(({ start, end }) => keyOf(bytes.subarray(start, end)));
  return new Set(keys.filter((key) => key !== undefined));
}

/**
 * What of an exchange goes to the server with one request. Nearly always that is all of it; of a batch in which a call
 * is held it is the rest, and the call goes later by itself.
 */
export class RelayLeg implements SomeRequests, PartAtServer {
  /** Once it is sent. */
  upstream: SentRequest | undefined;
  /** True when its stream can be taken up again where it broke: the server gave its events ids. */
  isResumable = false;
  private keys: ReadonlySet<IdKey> | undefined;

  constructor(
    readonly via: RelayExchange,
    /** Undefined for a request without a message. */
    private readonly body: Buffer | undefined,
  ) {}

  /** Read when somebody asks, and that is where something went wrong. */
  has(key: IdKey): boolean {
    return this.ownKeys.has(key);
  }

  abort(): void {
    this.upstream?.abort();
  }

  get isWanted(): boolean {
    return !this.via.request.reply.over && !this.isAnswered;
  }

  /** Whether it may go to the server once more when nobody knows whether it arrived: not what was cancelled meanwhile. */
  get isRepeatable(): boolean {
    if (this.body === undefined) return true;
    const isWanted = this.ownKeys.size === 0 || this.isWanted;
    return isWanted && isRepeatable(methodIn(this.body));
  }

  /** Whether others have their answers by the same reply: of the server to another request, or of fuze. */
  get isPart(): boolean {
    return this.via.requests > this.ownKeys.size;
  }

  /** Whether none of its own requests waits any more, though others of the exchange may. */
  get isAnswered(): boolean {
    return !this.via.unanswered.some((key) => this.has(key));
  }

  private get ownKeys(): ReadonlySet<IdKey> {
    this.keys ??= this.body === undefined ? new Set() : keysIn(this.body);
    return this.keys;
  }
}
