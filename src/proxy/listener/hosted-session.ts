import type { Transport } from '../../transport/transport.js';
import { farewell } from '../endings.js';
import type { GuardedSessions } from '../guarded-sessions.js';
import { OneTimeEvent } from '../one-time-event.js';
import type { Session } from '../session.js';
import type { Upstream } from '../upstream.js';

/** What a client shows to the server that is behind fuze. */
export interface Credentials {
  authorization: string | undefined;
}

/** A client of the listener that speaks as on a pipe. */
export interface HostedClient extends Transport {
  /** True while the client listens, or waits for an answer. */
  readonly isInUse: boolean;
  /** True when it has stopped listening: most likely it is gone for good. */
  readonly hasLeft: boolean;
  /** True where many clients stand behind it: the end of one run is no end for the others. */
  readonly isShared: boolean;
  /** Nobody on the way must take a long silence for the end. */
  keepAlive(): void;
}

/** How long answers that are on their way may take to arrive once fuze ends. */
const GRACE_MS = 1_000;

/** A client that came over HTTP, and the server that it has for itself, or shares. */
export class HostedSession<Client extends HostedClient> {
  /** Happens when it is over, with the reason. */
  readonly over = new OneTimeEvent<string>();
  /** Happens when nothing of its server is left. */
  readonly gone = new OneTimeEvent<void>();
  private readonly session: Session;
  /** Whether its server ended by itself. */
  serverExited = false;
  private usedAt = performance.now();

  constructor(
    readonly client: Client,
    private readonly upstream: Upstream,
    guard: GuardedSessions,
    /** What its client showed last, for a server that is remote. */
    readonly credentials: Credentials,
  ) {
    this.session = guard.open(
      {
        client,
        server: upstream.transport,
        onClientEnd: () => this.end('the client left'),
        onServerEnd: () => upstream.transportEnded(),
        onDisconnect: () => {
          if (!client.isShared) this.end('the run was killed');
        },
        onRefusedGone: () => {},
      },
      'own',
    );
    void upstream.ended.happened.then((why) => this.finish(farewell(why), 'server exited'));
    this.session.start();
  }

  /** It was used just now. */
  touch(): void {
    this.usedAt = performance.now();
  }

  /** Milliseconds since it was last in use. */
  get idleFor(): number {
    if (this.client.isInUse) this.touch();
    return performance.now() - this.usedAt;
  }

  /** Ends it: what waits for an answer is told why. */
  end(reason: string): void {
    this.finish(reason, 'fuze stopped');
  }

  /** The same, after answers that are on their way had time to arrive. */
  async endGently(reason: string): Promise<void> {
    await this.session.idle.within(GRACE_MS);
    this.end(reason);
    await this.gone.happened;
  }

  killNow(): void {
    this.upstream.killNow();
  }

  private finish(reason: string, unknown: 'server exited' | 'fuze stopped'): void {
    if (this.over.value !== undefined) return;
    this.serverExited = unknown === 'server exited';
    this.over.happen(reason);
    this.session.abandon(reason, unknown);
    this.client.end();
    void this.upstream.stop().then(() => this.gone.happen());
  }
}
