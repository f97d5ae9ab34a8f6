import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import { isOutage } from '../error-class.js';
import { carries } from '../error-values.js';
import {
  type FlatKind,
  type FlatStreak,
  nextStreak,
  rewords,
  type Unread,
} from '../flat-streak.js';
import type { HistoryEntry } from '../history.js';
import { PerTool } from '../per-tool.js';
import type { JudgedCall, Outcome } from '../tool-call.js';
import { FRESH_MS } from '../waiting.js';

interface ToolState {
  streak: FlatStreak | Unread | undefined;
  /** Errors of one class in a row, though their texts differ in names and numbers. */
  errorClass: string | undefined;
  sameClass: number;
  /** The first answer that a success brought, and whether a later one ever differed from it. */
  firstSuccess: string | undefined;
  successesDiffer: boolean;
}

/** That different things are not there is something new each time, and so it weighs half. */
const DIFFERENT_THINGS = 2;
/** A refusal of access that names another thing each time may be true of those things alone for so many calls more. */
const OTHER_WORDS = 2;
/** Going through a list and finding nothing at most places is work: a calendar, the users of a symbol. */
const EMPTY_PLACES = 5;
/** So are errors of one class that differ in what they name, which weigh less still. */
const DIFFERENT_ERRORS = 3;

const WHAT: Readonly<Record<FlatKind, string>> = {
  denied: 'a refusal of access',
  error: 'the same error',
  missing: 'the same error',
  nothing: 'nothing',
  answer: 'the same answer',
};

const ADVICE: Readonly<Record<FlatKind, string>> = {
  denied:
    'Other arguments will not change what you may do. Tell the user which access is missing, or take a way that needs none.',
  error:
    'More of the same will bring the same. Read the error, find out its cause in another way, or tell the user what is missing.',
  missing: 'Find out first what there is, for example with a tool that lists it, or ask the user.',
  nothing:
    'More of the same will most likely find nothing either. Look elsewhere, or tell the user that there is nothing.',
  answer:
    'These arguments make no difference. Work with the answer that you have, or use another tool.',
};

function newState(): ToolState {
  return {
    streak: undefined,
    errorClass: undefined,
    sameClass: 0,
    firstSuccess: undefined,
    successesDiffer: false,
  };
}

/** What happened since the last flat call, by other tools: something changed, or something was learned. */
function since(last: HistoryEntry, run: RunContext): { changed: boolean; learned: boolean } {
  const window = run.history.last(Number.POSITIVE_INFINITY);
  const index = window.lastIndexOf(last);
  const saidBefore = (entry: HistoryEntry): boolean =>
    window.some(
      ({ tool, resultHash, place }) =>
        tool === entry.tool && resultHash === entry.resultHash && place < entry.place,
    );
  const successes = window
    .slice(index + 1)
    .filter(({ tool, outcome }) => tool !== last.tool && outcome === 'success')
    .filter(({ manner }) => manner !== 'aside' && manner !== 'waits');
  return {
    changed: index === -1 || successes.some(({ reads }) => !reads),
    learned: successes.some((entry) => !saidBefore(entry)),
  };
}

/** How many flat calls a call may follow; undefined where any number. */
function limitOf(
  { streak, successesDiffer }: { streak: FlatStreak; successesDiffer: boolean },
  call: JudgedCall,
  maxFlatSteps: number,
): number | undefined {
  const reworded = streak.reworded && rewords(streak, call);
  switch (streak.kind) {
    case 'nothing':
      return reworded ? maxFlatSteps + 1 : EMPTY_PLACES * maxFlatSteps;
    case 'answer':
      return !streak.isShort || (reworded && successesDiffer) ? maxFlatSteps : undefined;
    case 'denied':
    case 'error':
    case 'missing':
      if (streak.named.length > 0) {
        // The cause that the error named is gone from the arguments: this is not the same attempt.
        if (!streak.named.every((value) => carries(call.args, value))) return undefined;
        return Math.max(2, maxFlatSteps - 1);
      }
      if (!streak.sameWords) return maxFlatSteps + OTHER_WORDS;
      return streak.kind === 'missing' && !reworded
        ? DIFFERENT_THINGS * maxFlatSteps
        : maxFlatSteps;
  }
}

function verdict(
  call: JudgedCall,
  kind: FlatKind,
  what: string,
  count: number,
  limit: number,
): Verdict {
  return {
    check: 'stall',
    kind: 'loop',
    reason: `The last ${count} calls of "${call.tool}" all brought ${what}, though their arguments differed.`,
    advice: ADVICE[kind],
    details: { flatCalls: count, limit },
  };
}

/**
 * Stops different calls of one tool that all bring the same answer or the same error.
 *
 * An error that names values of the arguments has not been met while the calls still carry them, so it weighs one call
 * more than an error that names none. That something is not there weighs less, for it is news of another thing each
 * time, unless the calls only reword one question. A success counts only from a tool that looks, and a short one
 * ("valid", "running") only where one question is reworded. Whoever has learned something since, or changed something,
 * or waited, may try again.
 */
export function stall(run: RunContext): Check {
  const tools = new PerTool(newState);
  return {
    judge(call) {
      if (!call.settings.loopChecks) return;
      const state = tools.of(call.tool);
      const { streak, sameClass, successesDiffer } = state;
      if (
        streak === undefined ||
        streak.kind === 'unread' ||
        streak.only?.isSame(call.key) === true
      )
        return;
      const { maxFlatSteps } = run.settings().loop;
      const classLimit = DIFFERENT_ERRORS * maxFlatSteps;
      const least = Math.max(2, maxFlatSteps - 1);
      if (streak.count < least && sameClass < classLimit) return;
      if (call.at - streak.last.settledAt >= FRESH_MS) return;
      const limit = limitOf({ streak, successesDiffer }, call, maxFlatSteps);
      const isFlat = limit !== undefined && streak.count >= limit;
      if (!isFlat && sameClass < classLimit) return;
      const { changed, learned } = since(streak.last, run);
      if (changed || (learned && streak.named.length === 0)) return;
      return isFlat
        ? verdict(call, streak.kind, WHAT[streak.kind], streak.count, limit)
        : verdict(call, streak.kind, 'the same kind of error', sameClass, classLimit);
    },
    settled(call, outcome) {
      const { entry } = call.notes;
      if (entry === undefined || outcome.kind === 'unknown' || !call.settings.loopChecks) return;
      // Tried again and failed again, it is still one call; and an outage tells nothing of what was asked.
      const failed = outcome.kind === 'failure';
      if (failed && (call.retryOf !== undefined || isOutage(outcome.errorClass))) return;
      const state = tools.of(call.tool);
      noteClass(state, outcome);
      state.streak = nextStreak(state.streak, call, outcome, entry);
      if (failed) return;
      state.firstSuccess ??= outcome.resultHash;
      if (state.firstSuccess !== outcome.resultHash) state.successesDiffer = true;
    },
    lifted() {
      tools.clear();
    },
  };
}

function noteClass(state: ToolState, outcome: Exclude<Outcome, { kind: 'unknown' }>): void {
  const errorClass = outcome.kind === 'failure' ? outcome.errorClass : undefined;
  if (errorClass === undefined) state.sameClass = 0;
  else state.sameClass = errorClass === state.errorClass ? state.sameClass + 1 : 1;
  state.errorClass = errorClass;
}
