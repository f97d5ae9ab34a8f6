import { RelayClient } from '../../transport/relay-client.js';
import type { RelayExchange } from '../../transport/relay-exchange.js';
import { RelayServer, type RelayServerOptions } from '../../transport/relay-server.js';
import type { GuardedSessions } from '../guarded-sessions.js';

/** Within it an id means one request: a session, or where there is none a single POST. */
export class RelayScope {
  private readonly client = new RelayClient();
  private readonly server: RelayServer;
  private open = 0;
  private usedAt = performance.now();
  /** True once it must not be used any more. */
  isOver = false;

  constructor(guard: GuardedSessions, options: RelayServerOptions, onDisconnect: () => void) {
    this.server = new RelayServer(options);
    const session = guard.open(
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
    this.abandon = (reason) => session.abandon(reason, 'fuze stopped');
    session.start();
  }

  private readonly abandon: (reason: string) => void;

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
    this.abandon(reason);
    this.server.end();
  }

  private count({ request }: RelayExchange): void {
    this.open += 1;
    request.reply.onClose(() => {
      this.open -= 1;
      this.usedAt = performance.now();
    });
  }
}
