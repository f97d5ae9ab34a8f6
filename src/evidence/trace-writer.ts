import { resolve } from 'node:path';
import { ForeignWriteError, openTraceFile, RemovedFileError } from './trace-file.js';
import type { EventRecord } from './trace-payload.js';
import { type SessionFacts, TraceSession } from './trace-session.js';

/** Records are written without waiting for `flush` when so many have gathered. */
const MAX_WAITING = 1_000;

/** A file that could not be opened is tried again after so many milliseconds. */
const REOPEN_AFTER = 1000;

export interface TraceOptions {
  /** Version of fuze, name of the guarded server and mode, for `session.start`. */
  readonly session: SessionFacts;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Gets one line of people's text whenever something about the file needs saying. */
  readonly onNotice: (text: string) => void;
}

/** Writes one session into a trace. No method ever throws: a call must not fail because its record could not be written. */
export interface TraceWriter {
  /** Takes a record, already redacted, which must stay as it is until it is flushed. `lost` is added here. */
  append(payload: EventRecord): void;
  /** Writes everything taken so far; when it returns, the kernel has it and SIGKILL loses nothing. */
  flush(): void;
  /** Opens the file where that is still to do, to know before an effect whether its record can follow. */
  ready(): boolean;
  /** Writes `session.end` if there was a session, and lets the file go. */
  close(end: { readonly reason: string }): void;
  /** False while the file cannot be written; records are then dropped and counted. */
  readonly healthy: boolean;
  /** Records dropped that the file does not tell of yet. */
  readonly lost: number;
  /** The file in use, which may be a sibling of the one wanted; undefined before the first record. */
  readonly path: string | undefined;
}

/** Opens nothing yet: the file appears with the first record, so that a session without calls leaves none. */
export function openTrace(path: string, options: TraceOptions): TraceWriter {
  return new Writer(resolve(path), options);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

class Writer implements TraceWriter {
  #healthy = true;
  #closed = false;
  #lost = 0;
  /** How many lost records the first waiting record tells of. */
  #told = 0;
  #waiting: EventRecord[] = [];
  #session: TraceSession | undefined;
  #openFailedAt: number | undefined;
  /** Files that somebody else turned out to write to. */
  readonly #avoid = new Set<string>();

  constructor(
    private readonly wanted: string,
    private readonly options: TraceOptions,
  ) {}

  get healthy(): boolean {
    return this.#healthy;
  }

  get lost(): number {
    return this.#lost;
  }

  get path(): string | undefined {
    return this.#session?.file.path;
  }

  append(payload: EventRecord): void {
    if (this.#closed) return;
    let record = payload;
    if (this.#waiting.length === 0 && this.#lost > 0) {
      this.#told = this.#lost;
      record = { ...payload, lost: this.#told };
    }
    this.#waiting.push(record);
    if (this.#waiting.length >= MAX_WAITING) this.flush();
  }

  ready(): boolean {
    if (this.#session === undefined || this.#session.file.removed) this.#tryWrite();
    return this.#healthy;
  }

  flush(): void {
    if (this.#waiting.length > 0) this.#tryWrite();
  }

  #tryWrite(): void {
    try {
      this.#write();
    } catch (error) {
      // Given up rather than kept: what waits would grow for as long as the disk is full.
      this.#lost += this.#waiting.length;
      this.#forget();
      this.#fault(error);
      return;
    }
    this.#lost -= this.#told;
    this.#forget();
    if (this.#healthy) return;
    this.#healthy = true;
    this.options.onNotice(`trace: writing ${this.path ?? this.wanted} again`);
  }

  close(end: { readonly reason: string }): void {
    if (this.#closed) return;
    // The last chance, so it does not wait for the time of the next attempt.
    this.#openFailedAt = undefined;
    this.flush();
    this.#closed = true;
    const session = this.#session;
    try {
      session?.end(end.reason, this.#lost);
    } catch (error) {
      this.#fault(error);
    }
    try {
      session?.file.close();
    } catch (error) {
      this.options.onNotice(`trace: ${this.wanted} could not be closed: ${messageOf(error)}`);
    }
    if (this.#lost > 0) {
      this.options.onNotice(`trace: records lost at the end of ${this.wanted}: ${this.#lost}`);
    }
  }

  #write(): void {
    for (;;) {
      const session = this.#open();
      try {
        session.write(this.#waiting);
        return;
      } catch (error) {
        const foreign = error instanceof ForeignWriteError;
        if (!foreign && !(error instanceof RemovedFileError)) throw error;
        this.options.onNotice(`trace: ${error.message}${foreign ? '' : '; beginning a new one'}`);
        if (foreign) this.#avoid.add(session.file.path);
        this.#session = undefined;
        session.file.close();
      }
    }
  }

  #open(): TraceSession {
    if (this.#session !== undefined) return this.#session;
    const now = this.options.now();
    // The distance either way, for the wall clock may be set back.
    if (this.#openFailedAt !== undefined && Math.abs(now - this.#openFailedAt) < REOPEN_AFTER) {
      throw new Error('it could not be opened');
    }
    try {
      const file = openTraceFile(this.wanted, this.#avoid, this.options.onNotice);
      const timestamp = (): string => new Date(this.options.now()).toISOString();
      this.#openFailedAt = undefined;
      this.#session = new TraceSession(file, this.options.session, timestamp);
      return this.#session;
    } catch (error) {
      this.#openFailedAt = now;
      throw error;
    }
  }

  #fault(error: unknown): void {
    if (!this.#healthy) return;
    this.#healthy = false;
    this.options.onNotice(
      `trace: ${this.path ?? this.wanted} cannot be written: ${messageOf(error)}; calls go on, but without a record until it can`,
    );
  }

  #forget(): void {
    this.#waiting = [];
    this.#told = 0;
  }
}
