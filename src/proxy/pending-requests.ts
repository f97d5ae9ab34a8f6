import { type IdKey, type RequestId, roundedKey } from '../jsonrpc/id.js';
import type { Via } from '../transport/transport.js';
import type { BatchAnswers } from './batch-answers.js';
import type { Deadline } from './deadlines.js';
import type { OpenCall } from './open-call.js';

/** A request of the client that has no answer yet. */
export interface PendingRequest {
  readonly id: RequestId;
  readonly method: string;
  /** How it came, and its answer goes back. */
  readonly via: Via | undefined;
  /** The batch that it came in; its answers go back together. */
  readonly batch: BatchAnswers | undefined;
  /** Set for a `tools/call` that was forwarded. */
  call: OpenCall | undefined;
  /** Set for a request of `tasks/…`: the task that it is about. */
  taskId?: string | undefined;
  /** Set while its clock runs. */
  deadline: Deadline | undefined;
  /** True while fuze keeps the request from the server: no answer of the server can be meant for it. */
  held: boolean;
}

/** Above this many requests without an answer, further ones are refused: nothing grows for ever. */
export const MAX_PENDING = 65_536;
const MAX_LATE = 256;
/** Removals after which the map of requests is copied. */
const RENEW_AFTER = 128;

/** The requests in flight by id, and for a while those that were given up and may be answered late. */
export class PendingRequests {
  private byKey = new Map<IdKey, PendingRequest>();
  private removed = 0;
  /** Ids that a server working with doubles would round: how it writes them, to all that it writes so. */
  private readonly rounded = new Map<IdKey, Set<IdKey>>();
  private readonly late = new Map<IdKey, PendingRequest>();

  get size(): number {
    return this.byKey.size;
  }

  has(id: RequestId): boolean {
    return this.byKey.has(id.key);
  }

  get(id: RequestId): PendingRequest | undefined {
    return this.byKey.get(id.key);
  }

  all(): PendingRequest[] {
    return [...this.byKey.values()];
  }

  add(request: PendingRequest): void {
    const { key } = request.id;
    request.via?.expect(request.id.key);
    this.byKey.set(key, request);
    if (this.late.size > 0) this.late.delete(key);
    const rounded = roundedKey(request.id);
    if (rounded === key) return;
    const alike = this.rounded.get(rounded);
    if (alike === undefined) this.rounded.set(rounded, new Set([key]));
    else alike.add(key);
  }

  /** Removes and returns the request that the server answers with this id. */
  take(id: RequestId): PendingRequest | undefined {
    const request = this.byKey.get(id.key) ?? this.oldestRounded(id);
    if (request === undefined || request.held) return undefined;
    this.remove(request);
    return request;
  }

  /** The first of the requests whose id a server working with doubles would write like this. */
  private oldestRounded(id: RequestId): PendingRequest | undefined {
    const [oldest] = this.rounded.get(roundedKey(id)) ?? [];
    return oldest === undefined ? undefined : this.byKey.get(oldest);
  }

  remove(request: PendingRequest): void {
    const { key } = request.id;
    if (this.byKey.delete(key)) request.via?.settled(key);
    if (this.rounded.size > 0) this.forgetRounded(request.id);
    this.removed += 1;
    if (this.removed >= Math.max(RENEW_AFTER, this.byKey.size)) this.renew();
  }

  private forgetRounded(id: RequestId): void {
    const { key } = id;
    const rounded = roundedKey(id);
    const alike = this.rounded.get(rounded);
    if (alike?.delete(key) === true && alike.size === 0) this.rounded.delete(rounded);
  }

  /**
   * V8 chains every table that a Map has outgrown to the next one, and an old table keeps all that came after it,
   * with the requests in them, until the next full collection. A copy starts without ancestors.
   */
  private renew(): void {
    this.byKey = new Map(this.byKey);
    this.removed = 0;
  }

  /** Stops waiting, but remembers the id: its answer may come late, and settle a side effect left unknown. */
  giveUp(request: PendingRequest): void {
    this.remove(request);
    const isEffect = request.call?.decision.call.settings.sideEffect === true;
    // Of other calls nothing is kept but the id: their arguments may be large.
    this.late.set(request.id.key, isEffect ? request : { ...request, call: undefined });
    const [oldest] = this.late.keys();
    if (this.late.size > MAX_LATE && oldest !== undefined) this.late.delete(oldest);
  }

  takeLate(id: RequestId): PendingRequest | undefined {
    const request = this.late.get(id.key);
    if (request !== undefined) this.late.delete(id.key);
    return request;
  }
}
