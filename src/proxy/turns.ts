import type { ServerTransport, Transport } from '../transport/transport.js';
import type { Recorder } from './recorder.js';
import type { SharedRelease, Withheld } from './shared-release.js';
import type { TurnClock } from './turn-clock.js';

/** So many messages are decided before what came of them goes out: whoever gets it works on it meanwhile. */
const TURN_MESSAGES = 16;
/** So many at most, where they are the last: a turn for a few costs more than it brings. */
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

  /** Messages that arrived together, in several turns if they are many; in one behind a trace, written once for them. */
  takeAll<Message>(messages: readonly Message[], take: (message: Message) => void): void {
    const most = this.options.recorder.comesFirst ? Number.POSITIVE_INFINITY : LAST_MESSAGES;
    let from = 0;
    for (; messages.length - from > most; from += TURN_MESSAGES) {
      this.takeEach(messages.slice(from, from + TURN_MESSAGES), take);
    }
    this.takeEach(from === 0 ? messages : messages.slice(from), take);
  }

  release(): void {
    this.isWithheld = false;
    this.options.client.flush();
    this.options.after();
  }

  private takeEach<Message>(messages: readonly Message[], take: (message: Message) => void): void {
    this.take(() => {
      for (const message of messages) take(message);
    });
  }

  /** What is settled may end the wait of others, and bring answers of fuze's own. */
  private settleReleased(): void {
    const { settleReleased, recorder, client } = this.options;
    if (!settleReleased()) return;
    recorder.flush();
    client.flush();
  }
}
