import type { CallKey } from './call-key.js';
import { fingerprintOf, isSamePrint } from './fingerprint.js';
import { type KnownAnswer, KnownAnswers } from './known-answers.js';
import { saysUnfinished } from './result-text.js';
import type { Answer, JudgedCall, Outcome } from './tool-call.js';
import { type Manner, mannerOf } from './tool-manner.js';
import { UNFINISHED_MS, Waiting } from './waiting.js';

/** One admitted call as the loop checks look back on it. */
export interface HistoryEntry {
  readonly tool: string;
  readonly key: CallKey;
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
  /** How many identical calls in a row have brought this answer, this one included. */
  times: number;
  /** When the answer came, in monotonic milliseconds. */
  settledAt: number;
}

const IN_FLIGHT = {
  endedAt: undefined,
  resultHash: undefined,
  outcome: 'in flight',
  errorClass: undefined,
  news: undefined,
  times: 0,
  settledAt: 0,
} as const;

/** What tells calls apart. */
export type CallIdentity = Pick<JudgedCall, 'key'>;

function looks(manner: Manner): boolean {
  return manner === 'reads' || manner === 'aside';
}

/** Whether an ended call may have changed something, or has shown that something changed. */
function mayHaveMoved({ reads, manner, outcome, news }: HistoryEntry): boolean {
  if (outcome === 'failure' || manner === 'waits' || manner === 'aside') return false;
  return news === 'changed' || (!reads && news !== 'same');
}

/** What says that something is under way is short. */
const MAX_UNFINISHED_BYTES = 1_000;

function isUnfinished(answer: Answer): boolean {
  return answer.size <= MAX_UNFINISHED_BYTES && saysUnfinished(answer.text());
}

/** The last admitted calls of a run, oldest first; `capacity` tells how many are looked back on at most. */
export class CallHistory {
  private readonly entries: HistoryEntry[] = [];
  private place = 0;
  private readonly answers = new KnownAnswers();
  private readonly waiting = new Waiting();
  /** The latest call when something was last changed, or found changed. */
  private movedAt = 0;

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
      key: call.key,
      manner,
      // Time passes for everybody, whatever the annotations of a tool that waits.
      reads: manner !== 'waits' && (call.readOnly === true || looks(manner)),
      place: this.place,
      // Not spread from `IN_FLIGHT`, which takes as long as all the rest.
      endedAt: undefined,
      resultHash: undefined,
      outcome: 'in flight',
      errorClass: undefined,
      news: undefined,
      times: 0,
      settledAt: 0,
    };
    this.waiting.called(call.at, manner === 'waits');
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
    this.waiting.answered(now);
    if (outcome.kind !== 'unknown') entry.resultHash = outcome.resultHash;
    else if (outcome.reason === 'timeout') entry.resultHash = 'timeout';
    if (outcome.kind === 'failure') entry.errorClass = outcome.errorClass;
    if (entry.resultHash !== undefined) this.compare(call, entry, entry.resultHash, outcome);
    if (mayHaveMoved(entry)) this.movedAt = this.place;
  }

  /** The last `count` calls, oldest first. */
  last(count: number): readonly HistoryEntry[] {
    return this.entries.slice(-count);
  }

  /** Whether one of the last `count` calls was identical. */
  has(call: JudgedCall, count: number): boolean {
    const { entries } = this;
    for (let index = Math.max(0, entries.length - count); index < entries.length; index += 1) {
      const entry = entries[index];
      if (entry?.key.isSame(call.key) === true) return true;
    }
    return false;
  }

  /** What identical calls have brought, as far as is remembered. */
  known({ key }: CallIdentity): KnownAnswer | undefined {
    return this.answers.get(key);
  }

  /** Whether the agent waited for a change since the last identical call was answered. */
  hasWaited({ key, at }: JudgedCall): boolean {
    const answer = this.answers.get(key);
    if (answer === undefined) return false;
    return (
      (answer.unfinished && at - answer.at >= UNFINISHED_MS) || this.waiting.since(answer.at, at)
    );
  }

  /** Whether something may have changed since the last identical call was sent. */
  hasMoved({ key }: JudgedCall): boolean {
    return this.movedAt >= (this.answers.get(key)?.place ?? 0);
  }

  /** From here on nothing is looked back on; calls in flight still settle. */
  forget(): void {
    this.entries.length = 0;
    this.answers.clear();
  }

  private compare(call: JudgedCall, entry: HistoryEntry, hash: string, outcome: Outcome): void {
    const { key, settledAt, place } = entry;
    const before = this.answers.get(key);
    const print = fingerprintOf(hash);
    const again = before !== undefined && isSamePrint(before.print, print);
    entry.times = again ? before.times + 1 : 1;
    if (before === undefined) entry.news = 'first';
    else entry.news = again ? 'same' : 'changed';
    this.answers.set(key, {
      print,
      times: entry.times,
      // Of a call that waits, the time that it took is what it was made for.
      at: entry.manner === 'waits' ? call.at : settledAt,
      place,
      unfinished: again && outcome.kind === 'success' && isUnfinished(outcome),
    });
  }
}
