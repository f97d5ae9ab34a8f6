import type { CallKey } from './call-key.js';
import { natureOf } from './error-nature.js';
import { carries, namedValues } from './error-values.js';
import type { HistoryEntry } from './history.js';
import { areAlike, isReworded, type Question, questionOf } from './question.js';
import { resultText, saysFailure, saysNothing } from './result-text.js';
import type { Answer, JudgedCall, Outcome } from './tool-call.js';

/**
 * What kind of answer it is that keeps coming:
 * - `denied`: the caller may not, in whatever words.
 * - `error`: word for word the same error.
 * - `missing`: that something is not there, in the same words for whatever was asked for.
 * - `nothing`: a success that says that there is nothing.
 * - `answer`: word for word the same success of a tool that looks.
 */
export type FlatKind = 'denied' | 'error' | 'missing' | 'nothing' | 'answer';

/** Up to this size, in bytes with its wrapping, an answer may be the same by its nature: "running", "valid", false. */
const SHORT_ANSWER = 256;
/** What says that there is nothing, or that it failed, is short. */
const MAX_READ = 600;

/** The last answers of one tool, as long as they are all the same. */
export interface FlatStreak {
  /** What makes them the same. */
  readonly key: string;
  readonly kind: FlatKind;
  readonly isShort: boolean;
  /** The first of them; `denied` may come in other words. */
  readonly firstHash: string;
  sameWords: boolean;
  /** Calls in a row that brought it. */
  count: number;
  /** The only call that was made, as long as it is one over and over: that is `repeat`'s. */
  only: CallKey | undefined;
  /** Values of the arguments that the error names and that every one of these calls had. */
  named: readonly string[];
  /** Each call asked the same as the one before in other words. */
  reworded: boolean;
  question: Question | undefined;
  last: HistoryEntry;
}

type Settled = Exclude<Outcome, { kind: 'unknown' }>;

/** The kind of an error, or undefined for an outage, which is the circuit breaker's. */
function kindOfError(text: string): FlatKind | undefined {
  const nature = natureOf(text);
  if (nature === 'outage') return undefined;
  return nature === 'other' ? 'error' : nature;
}

/** The kind of a success, or undefined where it tells nothing: from a tool that acts or makes notes, "ok" is progress. */
function kindOfSuccess(
  answer: Answer,
  call: JudgedCall,
  entry: HistoryEntry,
): FlatKind | undefined {
  const looks = entry.reads && entry.manner !== 'aside';
  const text = answer.size <= MAX_READ ? answer.text() : undefined;
  if (text !== undefined && saysFailure(text)) return kindOfError(text);
  if (!looks && questionOf(call) === undefined) return undefined;
  return text !== undefined && saysNothing(text) ? 'nothing' : 'answer';
}

/** A streak that begins with this answer; undefined for one that is not flat however often it comes. */
function begin(
  call: JudgedCall,
  answer: Answer,
  entry: HistoryEntry,
  isError: boolean,
): FlatStreak | undefined {
  const kind = isError ? kindOfError(answer.text()) : kindOfSuccess(answer, call, entry);
  if (kind === undefined) return undefined;
  return {
    key: kind === 'denied' ? kind : answer.resultHash,
    kind,
    isShort: answer.size <= SHORT_ANSWER,
    firstHash: answer.resultHash,
    sameWords: true,
    count: 1,
    only: call.key,
    named: kind === 'nothing' || kind === 'answer' ? [] : namedValues(answer.text(), call.args),
    reworded: true,
    question: questionOf(call),
    last: entry,
  };
}

/** A success that came once. Most never come again, so it is read only when it does. */
export interface Unread {
  readonly kind: 'unread';
  readonly key: string;
  readonly call: JudgedCall;
  readonly entry: HistoryEntry;
  readonly size: number;
  /** JSON text of the result; empty where it is too long to be read. */
  readonly json: string;
}

/** What stands in every answer that says that access is denied, unless an escape spells its letters. */
const MAY_DENY = /err|exception|fail|fatal|denied|\\u/i;

/** The success as one to be read later; undefined where it must be read now, since `denied` comes in other words. */
function unread(call: JudgedCall, outcome: Settled, entry: HistoryEntry): Unread | undefined {
  if (outcome.kind === 'failure') return undefined;
  const { resultHash: key, size } = outcome;
  // A text of its own: the closure would hold the buffer that the answer came in.
  const json = size <= MAX_READ ? outcome.result() : '';
  if (json === undefined || MAY_DENY.test(json)) return undefined;
  return { kind: 'unread', key, call, entry, size, json };
}

function read(last: FlatStreak | Unread): FlatStreak | undefined {
  if (last.kind !== 'unread') return last;
  const { key, call, entry, size, json } = last;
  return begin(call, { resultHash: key, size, text: () => resultText(json) }, entry, false);
}

/** Whether a call asks what the last of the streak asked, in other words. */
export function rewords({ question }: FlatStreak, call: JudgedCall): boolean {
  const other = questionOf(call);
  if (question === undefined || other === undefined) return false;
  if (question.key.isSame(call.key)) return true;
  return other.asksByName && isReworded(question, other) && areAlike(question, other);
}

/** What one more answer makes of the last ones: a longer streak, or the beginning of another, or nothing. */
export function nextStreak(
  last: FlatStreak | Unread | undefined,
  call: JudgedCall,
  outcome: Settled,
  entry: HistoryEntry,
): FlatStreak | Unread | undefined {
  // The same bytes need not be read again.
  const same = last?.key === outcome.resultHash ? read(last) : undefined;
  if (same !== undefined) return longer(same, call, outcome, entry);
  const later = unread(call, outcome, entry);
  if (later !== undefined) return later;
  const next = begin(call, outcome, entry, outcome.kind === 'failure');
  if (last === undefined || next?.kind !== 'denied' || last.kind !== 'denied') return next;
  return longer(last, call, outcome, entry);
}

function longer(
  streak: FlatStreak,
  call: JudgedCall,
  outcome: Settled,
  entry: HistoryEntry,
): FlatStreak {
  streak.count += 1;
  streak.sameWords &&= outcome.resultHash === streak.firstHash;
  if (streak.only?.isSame(call.key) !== true) streak.only = undefined;
  streak.named = streak.named.filter((value) => carries(call.args, value));
  streak.reworded &&= rewords(streak, call);
  streak.question = questionOf(call);
  streak.last = entry;
  return streak;
}
