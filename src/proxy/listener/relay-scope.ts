import { RelayClient } from '../../transport/relay-client.js';
import type { RelayExchange } from '../../transport/relay-exchange.js';
import { RelayServer, type RelayServerOptions } from '../../transport/relay-server.js';
import type { GuardedSessions } from '../guarded-sessions.js';
import type { OneTimeEvent } from '../one-time-event.js';
import type { Session } from '../session.js';

/** Within it an id means one request: a session, or where there is none a single POST. */
export class RelayScope {
  private readonly client = new RelayClient();
  private readonly server: RelayServer;
  private readonly session: Session;
  private open = 0;
  private usedAt = performance.now();
  /** True once it must not be used any more. */
  isOver = false;

  constructor(
    guard: GuardedSessions,
    options: RelayServerOptions,
    /** Where it stands while one of its requests is not over. */
    private readonly busy: Set<RelayScope>,
    onDisconnect: () => void,
  ) {
    this.server = new RelayServer(options);
    this.session = guard.open(
      {
        client: this.client,
        server: this.server,
        onClientEnd: () => {},
        onServerEnd: () => {},
        onDisconnect,
        onRefusedGone: () => {},
      },
      'shared',
    );
    this.session.start();
  }

  /** Happens when no request waits for an answer. */
  get idle(): OneTimeEvent<void> {
    return this.session.idle;
  }

  post(exchange: RelayExchange): void {
    this.count(exchange);
    this.client.post(exchange);
  }

  /** Takes a request without a message. */
  pass(exchange: RelayExchange): void {
    this.count(exchange);
    this.server.open(exchange);
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

  private count({ request }: RelayExchange): void {
    this.open += 1;
    this.busy.add(this);
    request.reply.onClose(() => {
      this.open -= 1;
      if (this.open === 0) this.busy.delete(this);
      this.usedAt = performance.now();
    });
  }
}
