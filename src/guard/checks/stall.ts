import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import { namedValues } from '../error-values.js';
import type { HistoryEntry } from '../history.js';
import { PerTool } from '../per-tool.js';
import { saysNothing } from '../result-text.js';
import type { JudgedCall, Outcome } from '../tool-call.js';

/** The last answers of one tool, as long as they are all the same. */
interface Streak {
  readonly resultHash: string;
  readonly kind: 'error' | 'nothing' | 'answer';
  /** Calls in a row that brought this very answer. */
  count: number;
  /** Values of the arguments that the error names and that every one of these calls had. */
  named: readonly string[];
  /** The different calls among them: one call over and over is not a stall, but `repeat`'s. */
  readonly calls: Set<string>;
  last: HistoryEntry;
}

interface ToolState {
  streak: Streak | undefined;
  /** Errors of one kind in a row, though their texts differ in names and numbers. */
  errorClass: string | undefined;
  sameClass: number;
  /** The first answer that a success brought, and whether a later one ever differed from it. */
  firstSuccess: string | undefined;
  successesDiffer: boolean;
  /** Refusals since a call of the tool was last admitted. */
  refusals: number;
}

const MAX_CALLS = 100;
/** What says that there is nothing is short. */
const MAX_NOTHING_BYTES = 600;
/** After so many refusals one call goes through to see: a person may have mended what was broken. */
const PROBE_AFTER = 3;
/** Errors of one kind tell something new each time, and so weigh less than the same error. */
const CLASS_FACTOR = 3;

function newState(): ToolState {
  return {
    streak: undefined,
    errorClass: undefined,
    sameClass: 0,
    firstSuccess: undefined,
    successesDiffer: false,
    refusals: 0,
  };
}

/**
 * Stops different calls of one tool that all bring the same answer or the same error.
 *
 * An error that names values of the arguments has not been met while the calls still carry them, so it weighs one call
 * more than an error that names none. A success counts only where it carries information: not from a tool that always
 * answers the same ("ok"), and an empty answer weighs one call less. Whoever has learned something since, or changed
 * something, may try again.
 */
export function stall(run: RunContext): Check {
  const tools = new PerTool(newState);

  /** What happened since the last flat call, by other tools. */
  const since = (last: HistoryEntry): { changed: boolean; learned: boolean } => {
    const window = run.history.last(Number.POSITIVE_INFINITY);
    const index = window.lastIndexOf(last);
    const others = index === -1 ? window : window.slice(index + 1);
    const successes = others.filter(
      (entry) => entry.tool !== last.tool && entry.outcome === 'success',
    );
    return {
      changed: index === -1 || successes.some((entry) => !entry.reads),
      learned: successes.some((entry) => entry.news !== 'same'),
    };
  };

  const flatLimit = (streak: Streak, call: JudgedCall): number | undefined => {
    const { maxFlatSteps } = run.settings().loop;
    if (streak.kind === 'nothing') return maxFlatSteps + 1;
    if (streak.kind === 'answer' || streak.named.length === 0) return maxFlatSteps;
    const args = JSON.stringify(call.args);
    // The cause that the error named is gone from the arguments: this is not the same attempt.
    if (!streak.named.every((value) => args.includes(value))) return undefined;
    return Math.max(2, maxFlatSteps - 1);
  };

  const verdict = (tool: string, what: string, count: number, limit: number): Verdict => ({
    check: 'stall',
    kind: 'loop',
    reason: `The last ${count} calls of "${tool}" all brought ${what}, though their arguments differed.`,
    advice:
      'More of the same will bring the same. Find out the cause in another way, use another tool, or tell the user what is missing.',
    details: { flatCalls: count, limit },
  });

  return {
    judge(call) {
      const state = tools.of(call.tool);
      const { streak } = state;
      if (!call.settings.loopChecks || streak === undefined) return;
      if (state.refusals >= PROBE_AFTER) return;
      if (streak.calls.size === 1 && streak.calls.has(call.argsHash)) return;
      const { maxFlatSteps } = run.settings().loop;
      if (state.sameClass >= CLASS_FACTOR * maxFlatSteps && !since(streak.last).learned) {
        return verdict(
          call.tool,
          'the same kind of error',
          state.sameClass,
          CLASS_FACTOR * maxFlatSteps,
        );
      }
      if (streak.count < Math.max(2, maxFlatSteps - 1)) return;
      const limit = flatLimit(streak, call);
      if (limit === undefined || streak.count < limit) return;
      const { changed, learned } = since(streak.last);
      if (changed || (learned && streak.named.length === 0)) return;
      const what = { error: 'the same error', nothing: 'nothing', answer: 'the same answer' };
      return verdict(call.tool, what[streak.kind], streak.count, limit);
    },
    told({ tool }) {
      tools.of(tool).refusals += 1;
    },
    settled(call, outcome) {
      const { entry } = call.notes;
      if (entry === undefined || outcome.kind === 'unknown' || !call.settings.loopChecks) return;
      // Tried again and failed again, it is still one call.
      if (call.retryOf !== undefined && outcome.kind === 'failure') return;
      const state = tools.of(call.tool);
      state.refusals = 0;
      noteClass(state, outcome);
      noteStreak(state, call, outcome, entry);
    },
  };
}

function noteClass(state: ToolState, outcome: Exclude<Outcome, { kind: 'unknown' }>): void {
  const errorClass = outcome.kind === 'failure' ? outcome.errorClass : undefined;
  state.sameClass =
    errorClass !== undefined && errorClass === state.errorClass ? state.sameClass + 1 : 1;
  if (errorClass === undefined) state.sameClass = 0;
  state.errorClass = errorClass;
}

function noteStreak(
  state: ToolState,
  call: JudgedCall,
  outcome: Exclude<Outcome, { kind: 'unknown' }>,
  entry: HistoryEntry,
): void {
  const { resultHash } = outcome;
  const isError = outcome.kind === 'failure';
  if (!isError) {
    state.firstSuccess ??= resultHash;
    if (state.firstSuccess !== resultHash) state.successesDiffer = true;
  }
  const args = (): string => JSON.stringify(call.args);
  const { streak } = state;
  if (streak !== undefined && streak.resultHash === resultHash) {
    streak.count += 1;
    streak.last = entry;
    if (streak.calls.size < MAX_CALLS) streak.calls.add(call.argsHash);
    if (streak.named.length > 0) {
      const text = args();
      streak.named = streak.named.filter((value) => text.includes(value));
    }
    return;
  }
  const nothing = outcome.size <= MAX_NOTHING_BYTES && !isError && saysNothing(outcome.text());
  const kind = isError ? 'error' : nothing ? 'nothing' : 'answer';
  // An answer counts only from a tool that looks and has more than one thing to say.
  if (kind === 'answer' && !(entry.reads && state.successesDiffer)) {
    state.streak = undefined;
    return;
  }
  state.streak = {
    resultHash,
    kind,
    count: 1,
    named: isError ? namedValues(outcome.text(), args()) : [],
    calls: new Set([call.argsHash]),
    last: entry,
  };
}
