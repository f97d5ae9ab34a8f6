import type { HostedClient, HostedSession } from './hosted-session.js';

/** How often to look for sessions that nobody uses. */
const SWEEP_MS = 1_000;
/** How long a client that has stopped listening may take to come back. */
const GONE_MS = 60_000;
/** How often streams that say nothing get a sign of life. */
const KEEP_ALIVE_MS = 15_000;

/** The open sessions of one kind by their ids. */
export class SessionTable<Client extends HostedClient> {
  private readonly sessions = new Map<string, HostedSession<Client>>();
  /** Ended sessions whose servers still have to go. */
  private readonly leaving = new Set<HostedSession<Client>>();
  private readonly sweeper: NodeJS.Timeout;
  private readonly heart: NodeJS.Timeout;

  constructor(
    sessionIdle: () => number,
    private readonly onEnd: (id: string, session: HostedSession<Client>) => void,
  ) {
    this.sweeper = setInterval(() => this.sweep(sessionIdle()), SWEEP_MS);
    this.heart = setInterval(() => {
      for (const { client } of this.sessions.values()) client.keepAlive();
    }, KEEP_ALIVE_MS);
  }

  get size(): number {
    return this.sessions.size;
  }

  get(id: string): HostedSession<Client> | undefined {
    const session = this.sessions.get(id);
    session?.touch();
    return session;
  }

  add(id: string, session: HostedSession<Client>): void {
    this.sessions.set(id, session);
    void session.over.happened.then(() => {
      this.sessions.delete(id);
      this.leaving.add(session);
      this.onEnd(id, session);
    });
    void session.gone.happened.then(() => this.leaving.delete(session));
  }

  /** Ends all; resolves when nothing of their servers is left. */
  async close(reason: string): Promise<void> {
    clearInterval(this.sweeper);
    clearInterval(this.heart);
    const open = [...this.sessions.values()].map((session) => session.endGently(reason));
    await Promise.all([...open, ...[...this.leaving].map(({ gone }) => gone.happened)]);
  }

  killNow(): void {
    for (const session of [...this.sessions.values(), ...this.leaving]) session.killNow();
  }

  private sweep(sessionIdle: number): void {
    for (const session of this.sessions.values()) {
      const limit = session.client.hasLeft ? Math.min(GONE_MS, sessionIdle) : sessionIdle;
      if (session.idleFor >= limit) session.end('the session was idle for too long');
    }
  }
}
