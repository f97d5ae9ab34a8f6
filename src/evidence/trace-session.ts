import type { ChainHead } from './hash-chain.js';
import { EMPTY_TALLY, type SessionTally, tallied } from './session-tally.js';
import type { TraceFile } from './trace-file.js';
import { TraceLines } from './trace-lines.js';
import {
  type SessionEnd,
  type SessionStart,
  TRACE_FORMAT,
  type TracePayload,
} from './trace-payload.js';

/** What `session.start` tells of the session. */
export type SessionFacts = Pick<SessionStart, 'fuze' | 'server' | 'mode' | 'maxCostPerRun'>;

/** The part of one trace file from `session.start` to `session.end`. Everything here throws what the file throws. */
export class TraceSession {
  #head: ChainHead;
  #tally: SessionTally = EMPTY_TALLY;
  private readonly lines = new TraceLines();

  constructor(
    readonly file: TraceFile,
    private readonly facts: SessionFacts,
    private readonly timestamp: () => string,
  ) {
    this.#head = file.head;
  }

  /** Chains the records and writes them at once. Only a complete success moves the chain on. */
  write(records: readonly TracePayload[]): void {
    const { lines } = this;
    let head = this.#head;
    let tally = this.#tally;
    try {
      for (const record of tally.records === 0 ? [this.#start(), ...records] : records) {
        head = lines.add(head, record);
        tally = tallied(tally, record);
      }
      this.file.append(lines.pieces);
    } finally {
      lines.clear();
    }
    this.#head = head;
    this.#tally = tally;
  }

  /** Writes `session.end`, which tells of `lost` records that are not in the file; nothing if nothing was written before. */
  end(reason: string, lost: number): void {
    const { records } = this.#tally;
    if (records === 0) return;
    const end: SessionEnd = {
      kind: 'session.end',
      timestamp: this.timestamp(),
      reason,
      ...this.#tally,
      records: records + 1,
      head: this.#head.hash,
      lost: lost === 0 ? undefined : lost,
    };
    this.write([end]);
  }

  #start(): SessionStart {
    return {
      kind: 'session.start',
      timestamp: this.timestamp(),
      format: TRACE_FORMAT,
      pid: process.pid,
      ...this.facts,
    };
  }
}
