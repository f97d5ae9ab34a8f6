import { RecentMap } from './recent-map.js';
import type { RecordedCall } from './recorded-call.js';
import { answerOf } from './recorded-call.js';

/** The judgement on one call of a recording, which knows what the call really brought. */
export interface CallJudgement {
  /** It was stopped, its recorded answer was new to the run, and it was not wasted. */
  readonly harmful: boolean;
  /** It brought nothing that the run did not have, and should have been stopped. */
  readonly wasted: boolean;
}

/** Equal answers in a row, and how many. */
interface Streak {
  answer: string;
  length: number;
}

/** Answers and streaks remembered, over all open runs; about 100 MB when full. */
const MAX_REMEMBERED = 250_000;
/** The third identical call with an unchanged answer is wasted. */
const WASTED_REPEAT = 3;
/** The fourth identical error in a row of one tool is. */
const WASTED_ERROR = 4;

/**
 * Tells harmful stops and wasted calls, call by call and in the order of the recording, by these rules:
 *
 * - Identical calls have the same tool and arguments (without `ignore_args`), in one recorded run.
 * - A stopped call is harmful when no earlier identical call of the recording had brought its recorded answer, unless
 *   it was wasted: the fourth identical error in a row tells an agent nothing, whatever the arguments.
 *   Earlier calls count whether they were stopped or not: what was lost by a stop is counted once, there.
 * - A call is wasted when it brings the same answer as the two identical calls before it, or the same error as the
 *   three calls of its tool before it, whatever their arguments; calls of other tools in between do not count.
 * - A call without a recorded answer is neither, and interrupts no streak.
 */
export class CallJudge {
  private readonly seen = new RecentMap<string, true>(MAX_REMEMBERED);
  private readonly repeats = new RecentMap<string, Streak>(MAX_REMEMBERED);
  private readonly errors = new RecentMap<string, Streak>(MAX_REMEMBERED);

  /** `run` names the run among all others; `argsHash` is empty for arguments that cannot be compared. */
  judge(run: string, argsHash: string, call: RecordedCall, stopped: boolean): CallJudgement {
    const answer = answerOf(call);
    if (answer === undefined) return { harmful: false, wasted: false };
    const failed = call.outcome.kind === 'failure';
    const errors = streak(this.errors, `${run} ${call.tool}`, failed ? answer : '');
    const wastedError = failed && errors >= WASTED_ERROR;
    if (argsHash === '') return { harmful: stopped && !wastedError, wasted: wastedError };
    const identity = `${run} ${argsHash}`;
    const known = this.seen.get(`${identity} ${answer}`) !== undefined;
    if (!known) this.seen.set(`${identity} ${answer}`, true);
    const wasted = streak(this.repeats, identity, answer) >= WASTED_REPEAT || wastedError;
    return { harmful: stopped && !known && !wasted, wasted };
  }
}

/** The length of the streak that this answer continues or begins. */
function streak(streaks: RecentMap<string, Streak>, key: string, answer: string): number {
  const before = streaks.get(key);
  if (before?.answer === answer) {
    before.length += 1;
    return before.length;
  }
  streaks.set(key, { answer, length: 1 });
  return 1;
}
