import type { Dispatcher } from 'undici';
import { AnswerHead } from './answer-head.js';
import { describeCause } from './upstream-error.js';

/** Who reads the body of an answer. One of `ended` and `broken` comes last, and once. */
export interface BodyReader {
  chunk(bytes: Buffer): void;
  ended(): void;
  broken(error: Error): void;
}

/** After so long a wait nobody knows how long ago the server sent the end of its answer: see `KEPT_MS` of a connection. */
const LONG_MS = 250;

const NOBODY: BodyReader = { chunk: () => {}, ended: () => {}, broken: () => {} };

/** An answer of the server. Its body waits on the connection until somebody reads it. */
export class UpstreamAnswer extends AnswerHead {
  private reader: BodyReader | undefined;
  private isPaused = false;
  private isOver = false;
  /** When its connection was told to wait. */
  private waitsSince = 0;
  /** Whether it waited so long on its connection that the server may be about to close that. */
  waitedLong = false;
  /** How it ended, where nobody was there to hear of it. */
  private unheard: ((reader: BodyReader) => void) | undefined;

  constructor(
    status: number,
    rawHeaders: readonly string[],
    private readonly controller: Dispatcher.DispatchController,
  ) {
    super(status, rawHeaders);
  }

  /** Begins to read, which only one can do; the reader is not called before this returns. */
  read(reader: BodyReader): void {
    this.reader = reader;
    const { unheard } = this;
    if (unheard !== undefined) queueMicrotask(() => unheard(reader));
    else if (!this.isPaused) this.goOn();
  }

  /** Reads to the end, so that its connection can be used again, and keeps nothing. */
  discard(): void {
    this.read(NOBODY);
  }

  pause(): void {
    this.isPaused = true;
    this.wait();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.goOn();
  }

  /** Closes its connection; a reader hears that it broke. */
  abort(): void {
    this.controller.abort(new Error('the request was given up'));
  }

  /** For the connection: the head is given to whom it concerns. */
  headGiven(): void {
    if (this.reader === undefined) this.wait();
  }

  /** For the connection. */
  came(bytes: Buffer): void {
    this.reader?.chunk(bytes);
  }

  /** For the connection: nothing more comes, for the reason that is given, if it is one. */
  over(error?: Error): void {
    this.isOver = true;
    const tell = (reader: BodyReader): void =>
      error === undefined ? reader.ended() : reader.broken(new Error(describeCause(error)));
    if (this.reader === undefined) this.unheard = tell;
    else tell(this.reader);
  }

  private wait(): void {
    if (!this.controller.paused) this.waitsSince = performance.now();
    this.controller.pause();
  }

  /** Later: the parser, which is one for all connections, may be at work on another answer. */
  private goOn(): void {
    if (!this.controller.paused) return;
    queueMicrotask(() => {
      if (this.isPaused || this.isOver) return;
      if (performance.now() - this.waitsSince > LONG_MS) this.waitedLong = true;
      this.controller.resume();
    });
  }
}
