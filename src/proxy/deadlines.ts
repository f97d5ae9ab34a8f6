import { LONGEST_TIMER } from '../config/duration.js';
import type { PendingRequest } from './pending-requests.js';

/** Progress restarts the clock of a call, but not for ever. */
const MAX_EXTENSION = 10;

/** The clock of one call; `PendingRequest` carries it. Times in monotonic milliseconds. */
export interface Deadline {
  readonly token: string | undefined;
  readonly timeout: number;
  /** When it runs out. */
  due: number;
  /** After this, nothing restarts the clock. */
  readonly limit: number;
}

export interface DeadlinesOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Whether the server has asked the client something: that time is not the server's. */
  readonly waitsForClient: () => boolean;
  /** The requests in flight, those whose clocks run among them. */
  readonly open: () => Iterable<PendingRequest>;
  readonly onTimeout: (request: PendingRequest) => void;
}

function tokenKey(token: unknown): string | undefined {
  return typeof token === 'string' || typeof token === 'number'
    ? `${typeof token}:${token}`
    : undefined;
}

/**
 * The clocks of the calls in flight. One timer serves them all: it is set for the first that may run out, and most
 * calls have ended long before it rings.
 */
export class Deadlines {
  private readonly byToken = new Map<string, PendingRequest>();
  private timer: NodeJS.Timeout | undefined;
  /** When it rings. */
  private ringsAt = Number.POSITIVE_INFINITY;

  constructor(private readonly options: DeadlinesOptions) {}

  /** `token` is the call's progressToken, where it has one. */
  start(request: PendingRequest, timeout: number, token: unknown): void {
    const now = this.options.now();
    const key = tokenKey(token);
    const due = now + timeout;
    request.deadline = { token: key, timeout, due, limit: now + MAX_EXTENSION * timeout };
    if (key !== undefined) this.byToken.set(key, request);
    if (due < this.ringsAt) this.ringAt(due, now);
  }

  /** True when a progress notification could concern a call in flight. */
  get watchesProgress(): boolean {
    return this.byToken.size > 0;
  }

  /** Progress was made: restarts the clock of the call that it belongs to, and returns its request. */
  progress(token: unknown): PendingRequest | undefined {
    const request = this.byToken.get(tokenKey(token) ?? '');
    if (request?.deadline === undefined) return undefined;
    const due = this.options.now() + request.deadline.timeout;
    if (due <= request.deadline.limit) request.deadline.due = due;
    return request;
  }

  clear(request: PendingRequest): void {
    const { deadline } = request;
    if (deadline === undefined) return;
    request.deadline = undefined;
    if (deadline.token !== undefined && this.byToken.get(deadline.token) === request) {
      this.byToken.delete(deadline.token);
    }
  }

  /** No clock will run any more: a timer would hold all that its session had until it rings. */
  stop(): void {
    clearTimeout(this.timer);
    this.ringsAt = Number.POSITIVE_INFINITY;
  }

  private ringAt(due: number, now: number): void {
    clearTimeout(this.timer);
    this.ringsAt = due;
    const wait = Math.min(LONGEST_TIMER, Math.max(1, Math.ceil(due - now)));
    this.timer = setTimeout(() => this.ring(), wait);
  }

  private ring(): void {
    const { now, open, waitsForClient, onTimeout } = this.options;
    const time = now();
    const late: PendingRequest[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const request of open()) {
      const { deadline } = request;
      if (deadline === undefined) continue;
      if (deadline.due <= time && waitsForClient() && time < deadline.limit) {
        deadline.due = time + deadline.timeout;
      }
      if (deadline.due <= time) late.push(request);
      else next = Math.min(next, deadline.due);
    }
    this.ringsAt = Number.POSITIVE_INFINITY;
    if (next !== Number.POSITIVE_INFINITY) this.ringAt(next, time);
    for (const request of late) {
      this.clear(request);
      onTimeout(request);
    }
  }
}
