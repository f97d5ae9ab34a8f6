import type { RelayExchange } from '../../transport/relay-exchange.js';
import type { RelayScope } from './relay-scope.js';
import type { SessionCap } from './session-cap.js';

const SWEEP_MS = 1_000;
/** Ended sessions whose ids are remembered, so that a killed agent cannot go on in them. */
const MAX_ENDED = 1_000;

/** The sessions of an HTTP server that clients use through fuze, by the ids that the server gave them. */
export class RelaySessions {
  private readonly scopes = new Map<string, RelayScope>();
  /** Those that ask the server for a session, and hold a place for it. */
  private readonly opening = new Set<RelayScope>();
  private readonly ended = new Set<string>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly cap: SessionCap,
    sessionIdle: () => number,
    private readonly onEnd: (id: string) => void,
  ) {
    this.sweeper = setInterval(() => this.sweep(sessionIdle()), SWEEP_MS);
  }

  get size(): number {
    return this.scopes.size;
  }

  /** Takes a place for the session that this exchange may open: why it cannot have one, or undefined. */
  reserve(scope: RelayScope, { request }: RelayExchange): string | undefined {
    const full = this.cap.enter();
    if (full !== undefined) return full;
    this.opening.add(scope);
    request.reply.onClose(() => {
      if (this.opening.delete(scope)) this.cap.leave();
    });
    return undefined;
  }

  get(id: string | undefined): RelayScope | undefined {
    return id === undefined ? undefined : this.scopes.get(id);
  }

  /** The server knows this session. Above the cap, which `initialize` is held against, it is not remembered. */
  add(id: string, scope: RelayScope): void {
    if (this.scopes.has(id)) return;
    if (!this.opening.delete(scope) && this.cap.enter() !== undefined) return;
    this.scopes.set(id, scope);
  }

  /** The server does not know this session any more. */
  remove(id: string | undefined): void {
    if (id === undefined || !this.scopes.delete(id)) return;
    this.cap.leave();
    this.onEnd(id);
  }

  /** Ends a session whose agent must not go on. */
  end(scope: RelayScope, reason: string): void {
    for (const [id, known] of this.scopes) {
      if (known !== scope) continue;
      this.remove(id);
      this.ended.add(id);
    }
    const [oldest] = this.ended;
    if (this.ended.size > MAX_ENDED && oldest !== undefined) this.ended.delete(oldest);
    scope.end(reason);
  }

  wasEnded(id: string | undefined): boolean {
    return id !== undefined && this.ended.has(id);
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const id of this.scopes.keys()) this.remove(id);
  }

  private sweep(sessionIdle: number): void {
    for (const [id, scope] of this.scopes) if (scope.idleFor >= sessionIdle) this.remove(id);
  }
}
