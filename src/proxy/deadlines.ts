import type { PendingRequest } from './pending-requests.js';

/** Progress restarts the clock of a call, but not for ever. */
const MAX_EXTENSION = 10;

/** The clock of one call; `PendingRequest` carries it. */
export interface Deadline {
  readonly timer: NodeJS.Timeout;
  readonly token: string | undefined;
  readonly timeout: number;
  /** Monotonic milliseconds after which nothing restarts the clock. */
  readonly limit: number;
}

function tokenKey(token: unknown): string | undefined {
  return typeof token === 'string' || typeof token === 'number'
    ? `${typeof token}:${token}`
    : undefined;
}

/** The clocks of the calls in flight. */
export class Deadlines {
  private readonly byToken = new Map<string, PendingRequest>();

  /** `waitsForClient` tells whether the server has asked the client something: that time is not the server's. */
  constructor(
    private readonly now: () => number,
    private readonly waitsForClient: () => boolean,
    private readonly onTimeout: (request: PendingRequest) => void,
  ) {}

  /** `token` is the call's progressToken, where it has one. */
  start(request: PendingRequest, timeout: number, token: unknown): void {
    const limit = this.now() + MAX_EXTENSION * timeout;
    const timer = setTimeout(() => {
      if (this.waitsForClient() && this.now() < limit) timer.refresh();
      else this.expire(request);
    }, timeout);
    const key = tokenKey(token);
    request.deadline = { timer, token: key, timeout, limit };
    if (key !== undefined) this.byToken.set(key, request);
  }

  /** True when a progress notification could concern a call in flight. */
  get watchesProgress(): boolean {
    return this.byToken.size > 0;
  }

  /** Progress was made: restarts the clock of the call that it belongs to, and returns its request. */
  progress(token: unknown): PendingRequest | undefined {
    const request = this.byToken.get(tokenKey(token) ?? '');
    if (request?.deadline === undefined) return undefined;
    const { timer, timeout, limit } = request.deadline;
    if (this.now() + timeout <= limit) timer.refresh();
    return request;
  }

  clear(request: PendingRequest): void {
    const { deadline } = request;
    if (deadline === undefined) return;
    clearTimeout(deadline.timer);
    request.deadline = undefined;
    if (deadline.token !== undefined && this.byToken.get(deadline.token) === request) {
      this.byToken.delete(deadline.token);
    }
  }

  private expire(request: PendingRequest): void {
    this.clear(request);
    this.onTimeout(request);
  }
}
