import type { JudgedCall, Outcome } from './tool-call.js';

/** One admitted call as the loop checks look back on it. */
export interface HistoryEntry {
  readonly tool: string;
  readonly argsHash: string;
  readonly readOnly: boolean;
  /** Its place among the admitted calls of the run. */
  readonly place: number;
  /** The place of the latest call at the time when this one ended; undefined while in flight. */
  endedAt: number | undefined;
  /** Undefined while in flight, and for calls that were cancelled. */
  resultHash: string | undefined;
  outcome: 'in flight' | Outcome['kind'];
  errorClass: string | undefined;
}

/** The last admitted calls of a run, oldest first; `capacity` tells how many are looked back on at most. */
export class CallHistory {
  private readonly entries: HistoryEntry[] = [];
  private place = 0;

  constructor(private readonly capacity: () => number) {}

  /** Adds a call in flight; one that tries an earlier one again takes over its entry, and so its last outcome counts. */
  add(call: JudgedCall, retryOf?: JudgedCall): void {
    const earlier = retryOf?.notes.entry;
    if (earlier !== undefined) {
      earlier.endedAt = undefined;
      earlier.outcome = 'in flight';
      earlier.resultHash = undefined;
      earlier.errorClass = undefined;
      call.notes.entry = earlier;
      return;
    }
    this.place += 1;
    const entry: HistoryEntry = {
      tool: call.tool,
      argsHash: call.argsHash,
      readOnly: call.readOnly === true,
      place: this.place,
      endedAt: undefined,
      resultHash: undefined,
      outcome: 'in flight',
      errorClass: undefined,
    };
    this.entries.push(entry);
    call.notes.entry = entry;
    const surplus = this.entries.length - this.capacity();
    if (surplus > 0) this.entries.splice(0, surplus);
  }

  settle(call: JudgedCall, outcome: Outcome): void {
    const { entry } = call.notes;
    if (entry === undefined || entry.outcome !== 'in flight') return;
    entry.endedAt = this.place;
    entry.outcome = outcome.kind;
    if (outcome.kind !== 'unknown') entry.resultHash = outcome.resultHash;
    else if (outcome.reason === 'timeout') entry.resultHash = 'timeout';
    if (outcome.kind === 'failure') entry.errorClass = outcome.errorClass;
  }

  /** The last `count` calls, oldest first. */
  last(count: number): readonly HistoryEntry[] {
    return this.entries.slice(-count);
  }
}
