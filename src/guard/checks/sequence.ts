import type { CallKey } from '../call-key.js';
import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import type { HistoryEntry } from '../history.js';
import type { JudgedCall } from '../tool-call.js';

function isSameStep(a: HistoryEntry | undefined, b: HistoryEntry | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.key.isSame(b.key) &&
    a.resultHash !== undefined &&
    a.resultHash === b.resultHash
  );
}

/**
 * Whether the call would complete `repeats` rounds of a cycle of `period` calls, all with the answers of the round
 * before. The call itself has no answer yet; its predecessors one and two rounds ago must have had the same.
 */
function closesCycle(
  call: JudgedCall,
  history: readonly HistoryEntry[],
  period: number,
  repeats: number,
): boolean {
  const needed = period * repeats - 1;
  if (history.length < needed) return false;
  const roundAgo = history[history.length - period];
  if (
    roundAgo === undefined ||
    !roundAgo.key.isSame(call.key) ||
    roundAgo.resultHash === undefined
  ) {
    return false;
  }
  const steps = history.slice(-needed);
  for (let index = period; index < needed; index += 1) {
    if (!isSameStep(steps[index], steps[index - period])) return false;
  }
  // One call over and over is a cycle of period 1, which is `repeat`'s.
  return steps.slice(0, period).some((step) => !step.key.isSame(call.key));
}

function verdict(what: string, details: Verdict['details']): Verdict {
  return {
    check: 'sequence',
    kind: 'loop',
    reason: what,
    advice:
      'Going round once more will bring the same. Use what you have, change the approach, or tell the user where you are stuck.',
    details,
  };
}

/** Calls in a row that each brought the same answer `sequence_repeats` times, before the next such call is stopped. */
const WORN_CALLS = 2;

/**
 * Stops a cycle of different calls that goes round with the same answers: A B A B A B, A B C A B C A B C.
 * Cycles longer than `sequence_max_period`, and irregular ones, are stopped when one call after the other brings for
 * the `sequence_repeats`-th time what identical calls had brought before.
 */
export function sequence(run: RunContext): Check {
  /** Calls in a row that brought their answer once too often, and the last of them. */
  let worn = 0;
  let lastWorn: CallKey | undefined;

  return {
    judge(call) {
      if (!call.settings.loopChecks) return;
      const { sequenceMaxPeriod, sequenceRepeats } = run.settings().loop;
      const length = sequenceMaxPeriod * sequenceRepeats;
      const history = run.history.has(call, sequenceMaxPeriod) ? run.history.last(length) : [];
      for (let period = 2; period <= sequenceMaxPeriod; period += 1) {
        if (!closesCycle(call, history, period, sequenceRepeats)) continue;
        if (run.history.hasWaited(call)) return;
        return verdict(
          `The same ${period} calls have gone round ${sequenceRepeats - 1} times with the same answers, and this call of "${call.tool}" would close round ${sequenceRepeats}.`,
          { period, rounds: sequenceRepeats },
        );
      }
      if (worn < WORN_CALLS) return;
      const times = run.history.known(call)?.times ?? 0;
      if (times + 1 < sequenceRepeats) return;
      if (run.history.hasWaited(call) || run.history.hasMoved(call)) return;
      return verdict(
        `The last ${worn} calls brought what the same calls had brought ${sequenceRepeats - 1} times before, and this call of "${call.tool}" has brought one answer ${times} times as well.`,
        { wornCalls: worn, times, rounds: sequenceRepeats },
      );
    },
    admitted(call) {
      // Asked before the call itself is in the history.
      if (worn > 0 && run.history.hasWaited(call)) worn = 0;
    },
    settled(call) {
      const { entry } = call.notes;
      if (!call.settings.loopChecks || entry?.news === undefined) return;
      if (entry.times < run.settings().loop.sequenceRepeats) worn = 0;
      // One call over and over is `repeat`'s.
      else if (worn === 0 || lastWorn?.isSame(entry.key) !== true) worn += 1;
      lastWorn = entry.key;
    },
    lifted() {
      worn = 0;
    },
  };
}
