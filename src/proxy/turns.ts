import type { ServerTransport, Transport } from '../transport/transport.js';
import type { Recorder } from './recorder.js';
import type { SharedRelease, Withheld } from './shared-release.js';
import type { TurnClock } from './turn-clock.js';

/** So many messages are decided before what came of them goes out: whoever gets it works on it meanwhile. */
const STEP_MESSAGES = 16;
/** So many at most, where they are the last: a step for a few costs more than it brings. */
const LAST_MESSAGES = 24;

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
    if (this.areShared) {
      this.share(work);
      return;
    }
    this.step(work);
    this.options.after();
  }

  /**
   * Takes messages that arrived together. Where they are many, what came of some goes out before the next are looked at;
   * not behind a trace, which is written once for all of them.
   */
  takeAll<Message>(messages: readonly Message[], take: (message: Message) => void): void {
    const takeEach = (some: readonly Message[]) => (): void => {
      for (const message of some) take(message);
    };
    if (messages.length <= LAST_MESSAGES || this.options.recorder.comesFirst) {
      this.take(takeEach(messages));
      return;
    }
    let from = 0;
    for (; messages.length - from > LAST_MESSAGES; from += STEP_MESSAGES) {
      this.step(takeEach(messages.slice(from, from + STEP_MESSAGES)));
    }
    this.step(takeEach(messages.slice(from)));
    this.options.after();
  }

  release(): void {
    this.isWithheld = false;
    this.options.client.flush();
    this.options.after();
  }

  private step(work: () => void): void {
    const { client, server, recorder, clock } = this.options;
    clock.during(() => {
      work();
      recorder.flush();
      client.flush();
      this.settleReleased();
      server.flush();
      recorder.prepare();
    });
  }

  private share(work: () => void): void {
    const { server, recorder, clock, releases, settleReleased } = this.options;
    clock.during(() => {
      work();
      // Nothing is released before the end of the iteration, and the next turn is judged behind this one.
      settleReleased();
      server.flush();
      recorder.prepare();
    });
    if (!this.isWithheld) releases.add(this);
    this.isWithheld = true;
  }

  /** What is settled may end the wait of others, and bring answers of fuze's own. */
  private settleReleased(): void {
    const { settleReleased, recorder, client } = this.options;
    if (!settleReleased()) return;
    recorder.flush();
    client.flush();
  }
}
