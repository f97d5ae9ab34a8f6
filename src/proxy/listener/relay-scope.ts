import { RelayClient } from '../../transport/relay-client.js';
import type { RelayExchange } from '../../transport/relay-exchange.js';
import { RelayServer, type RelayServerOptions } from '../../transport/relay-server.js';
import type { GuardedSessions } from '../guarded-sessions.js';
import type { Session } from '../session.js';
import { GRACE_MS } from './door.js';

export interface RelayScopeHooks {
  /** Its agent must not go on. */
  readonly onDisconnect: () => void;
  /** The first of its requests begins. */
  readonly onBusy: () => void;
  /** None of its requests is under way any more. */
  readonly onRest: () => void;
}

/** Within it an id means one request: a session, or where there is none a single POST. */
export class RelayScope {
  private readonly client = new RelayClient();
  private readonly server: RelayServer;
  private open = 0;
  private usedAt = performance.now();
  private readonly session: Session;
  private isOver = false;

  constructor(
    guard: GuardedSessions,
    options: RelayServerOptions,
    private readonly hooks: RelayScopeHooks,
  ) {
    this.server = new RelayServer(options);
    this.session = guard.open(
      {
        client: this.client,
        server: this.server,
        onClientEnd: () => {},
        onServerEnd: () => {},
        onDisconnect: hooks.onDisconnect,
        onRefusedGone: () => {},
      },
      'shared',
    );
    this.session.start();
  }

  post(exchange: RelayExchange): void {
    this.count(exchange);
    this.client.post(exchange);
  }

  /** Takes a request without a message. */
  pass(exchange: RelayExchange): void {
    this.count(exchange);
    void this.server.open(exchange);
  }

  get idleFor(): number {
    return this.open > 0 ? 0 : performance.now() - this.usedAt;
  }

  end(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.session.abandon(reason, 'fuze stopped');
    this.server.end();
  }

  /** The same, after answers that are on their way had time to arrive. */
  async endGently(reason: string): Promise<void> {
    await this.session.idle.within(GRACE_MS);
    this.end(reason);
  }

  private count({ request }: RelayExchange): void {
    if (this.open === 0) this.hooks.onBusy();
    this.open += 1;
    request.reply.onClose(() => {
      this.open -= 1;
      this.usedAt = performance.now();
      if (this.open === 0) this.hooks.onRest();
    });
  }
}
