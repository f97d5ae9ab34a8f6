import type { ServerTransport, Transport } from '../transport/transport.js';
import type { Recorder } from './recorder.js';
import type { SharedRelease, Withheld } from './shared-release.js';
import type { TurnClock } from './turn-clock.js';

export interface TurnsOptions {
  readonly client: Transport;
  readonly server: ServerTransport;
  readonly recorder: Recorder;
  readonly clock: TurnClock;
  readonly releases: SharedRelease;
  /** Settles the calls whose answers went first; true when there was any. */
  readonly settleReleased: () => boolean;
  /** Everything that came of a turn is out. */
  readonly after: () => void;
}

/** The turns of a session: what is done together, and let out together. */
export class Turns implements Withheld {
  private isWithheld = false;
  /** Whether each turn of this session has one message, and something must come before its answer. */
  private readonly areShared: boolean;

  constructor(private readonly options: TurnsOptions) {
    this.areShared = options.client.comeAlone === true && options.recorder.comesFirst;
  }

  /** True when nothing that came of a turn is held back. */
  get areOver(): boolean {
    return !this.isWithheld;
  }

  /** Does something, then lets out what came of it: first the trace, then the answers, then what goes to the server. */
  take(work: () => void): void {
    const { client, server, recorder, clock, releases, after } = this.options;
    if (this.areShared) {
      clock.during(work);
      server.flush();
      if (!this.isWithheld) releases.add(this);
      this.isWithheld = true;
      return;
    }
    clock.during(() => {
      work();
      recorder.flush();
      client.flush();
      this.settleReleased();
      server.flush();
    });
    after();
  }

  release(): void {
    this.isWithheld = false;
    this.options.client.flush();
    this.options.after();
  }

  /** What is settled may end the wait of others, and bring answers of fuze's own. */
  private settleReleased(): void {
    const { settleReleased, recorder, client } = this.options;
    if (!settleReleased()) return;
    recorder.flush();
    client.flush();
  }
}
