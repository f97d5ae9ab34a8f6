import type { JudgedCall, Outcome } from './tool-call.js';
import { type Manner, mannerOf } from './tool-manner.js';

/** One admitted call as the loop checks look back on it. */
export interface HistoryEntry {
  readonly tool: string;
  readonly argsHash: string;
  readonly manner: Manner;
  /** It changes nothing, as far as its annotations or its name tell. */
  readonly reads: boolean;
  /** Its place among the admitted calls of the run. */
  readonly place: number;
  /** The place of the latest call at the time when this one ended; undefined while in flight. */
  endedAt: number | undefined;
  /** Undefined while in flight, and for calls that were cancelled. */
  resultHash: string | undefined;
  outcome: 'in flight' | Outcome['kind'];
  errorClass: string | undefined;
  /**
   * What the answer was, held against the last one to the identical call: the first one to such a call, a
   * different one, or the same again. Undefined while in flight.
   */
  news: 'first' | 'changed' | 'same' | undefined;
  /** When it was asked, and when the answer came, in monotonic milliseconds. */
  readonly askedAt: number;
  settledAt: number;
}

const IN_FLIGHT = {
  endedAt: undefined,
  resultHash: undefined,
  outcome: 'in flight',
  errorClass: undefined,
  news: undefined,
  settledAt: 0,
} as const;

/** Identical calls are remembered up to here, the least recently answered forgotten first. */
const MAX_ANSWERS = 1_000;

/** What makes two calls identical to the loop checks. */
export function isSameCall(
  a: { readonly tool: string; readonly argsHash: string },
  b: { readonly tool: string; readonly argsHash: string },
): boolean {
  return a.argsHash === b.argsHash && a.tool === b.tool;
}

function looks(manner: Manner): boolean {
  return manner === 'reads' || manner === 'aside';
}

/** The last admitted calls of a run, oldest first; `capacity` tells how many are looked back on at most. */
export class CallHistory {
  private readonly entries: HistoryEntry[] = [];
  private place = 0;
  /** The last answer, by argsHash, which covers the tool as well. */
  private readonly answers = new Map<string, string>();
  /** When any call was last answered, in monotonic milliseconds. */
  private lastAnswer = Number.NEGATIVE_INFINITY;

  constructor(private readonly capacity: () => number) {}

  /** Adds a call in flight; one that tries an earlier one again takes over its entry, and so its last outcome counts. */
  add(call: JudgedCall, retryOf?: JudgedCall): void {
    const earlier = retryOf?.notes.entry;
    if (earlier !== undefined) {
      Object.assign(earlier, IN_FLIGHT);
      call.notes.entry = earlier;
      return;
    }
    this.place += 1;
    const manner = mannerOf(call.tool);
    const entry: HistoryEntry = {
      tool: call.tool,
      argsHash: call.argsHash,
      manner,
      // Time passes for everybody, whatever the annotations of a tool that waits.
      reads: manner !== 'waits' && (call.readOnly === true || looks(manner)),
      place: this.place,
      askedAt: call.at,
      ...IN_FLIGHT,
    };
    this.entries.push(entry);
    call.notes.entry = entry;
    const capacity = this.capacity();
    // Trimmed in slices, so that a long window costs nothing per call.
    if (this.entries.length >= 2 * capacity) this.entries.splice(0, this.entries.length - capacity);
  }

  settle(call: JudgedCall, outcome: Outcome, now: number): void {
    const { entry } = call.notes;
    if (entry === undefined || entry.outcome !== 'in flight') return;
    entry.endedAt = this.place;
    entry.outcome = outcome.kind;
    entry.settledAt = now;
    this.lastAnswer = now;
    if (outcome.kind !== 'unknown') entry.resultHash = outcome.resultHash;
    else if (outcome.reason === 'timeout') entry.resultHash = 'timeout';
    if (outcome.kind === 'failure') entry.errorClass = outcome.errorClass;
    if (entry.resultHash !== undefined) entry.news = this.compare(call.argsHash, entry.resultHash);
  }

  /** The last `count` calls, oldest first. */
  last(count: number): readonly HistoryEntry[] {
    return this.entries.slice(-count);
  }

  /** Milliseconds since any call was answered. */
  idle(now: number): number {
    return now - this.lastAnswer;
  }

  /** Whether an identical call has been answered in this run, as far as is remembered. */
  hasAnswered(argsHash: string): boolean {
    return this.answers.has(argsHash);
  }

  private compare(argsHash: string, resultHash: string): 'first' | 'changed' | 'same' {
    const before = this.answers.get(argsHash);
    this.answers.delete(argsHash);
    this.answers.set(argsHash, resultHash);
    if (this.answers.size > MAX_ANSWERS) {
      const [oldest] = this.answers.keys();
      if (oldest !== undefined) this.answers.delete(oldest);
    }
    if (before === undefined) return 'first';
    return before === resultHash ? 'same' : 'changed';
  }
}
