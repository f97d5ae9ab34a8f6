import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import { type HistoryEntry, isSameCall } from '../history.js';
import type { JudgedCall } from '../tool-call.js';
import { FRESH_MS, isOld, WAITED_MS } from '../waiting.js';

function isSameStep(a: HistoryEntry | undefined, b: HistoryEntry | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    isSameCall(a, b) &&
    a.resultHash !== undefined &&
    a.resultHash === b.resultHash
  );
}

/** Whether somebody waited for a change in the last round: nothing was called for a while, or a tool that waits. */
function pausedIn(round: readonly HistoryEntry[], call: JudgedCall): boolean {
  const [first] = round;
  if (first === undefined) return false;
  if (round.some(({ manner }) => manner === 'waits') && isOld(first, call.at, true)) return true;
  return round.some((step, index) => {
    const next = round[index + 1]?.askedAt ?? call.at;
    return next - step.settledAt >= FRESH_MS;
  });
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
  if (roundAgo === undefined || !isSameCall(roundAgo, call) || roundAgo.resultHash === undefined) {
    return false;
  }
  const steps = history.slice(-needed);
  for (let index = period; index < needed; index += 1) {
    if (!isSameStep(steps[index], steps[index - period])) return false;
  }
  // One call over and over is a cycle of period 1, which is `repeat`'s.
  if (steps.slice(0, period).every((step) => isSameCall(step, call))) return false;
  return !pausedIn(steps.slice(-period), call);
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

/**
 * Stops a cycle of different calls that goes round with the same answers: A B A B A B, A B C A B C A B C.
 * Cycles longer than `sequence_max_period`, or irregular ones, are stopped when as many calls in a row as
 * the longest cycle would have needed have all brought what identical calls had brought before.
 */
export function sequence(run: RunContext): Check {
  /** Calls in a row whose answers were known already. */
  let stale = 0;
  return {
    judge(call) {
      if (!call.settings.loopChecks) return;
      const { sequenceMaxPeriod, sequenceRepeats } = run.settings().loop;
      const history = run.history.last(sequenceMaxPeriod * sequenceRepeats);
      for (let period = 2; period <= sequenceMaxPeriod; period += 1) {
        if (!closesCycle(call, history, period, sequenceRepeats)) continue;
        return verdict(
          `The same ${period} calls have gone round ${sequenceRepeats - 1} times with the same answers, and this call of "${call.tool}" would close round ${sequenceRepeats}.`,
          { period, rounds: sequenceRepeats },
        );
      }
      const limit = sequenceMaxPeriod * (sequenceRepeats - 1);
      if (stale < limit || !run.history.hasAnswered(call.argsHash)) return;
      if (run.history.idle(call.at) >= FRESH_MS) return;
      return verdict(
        `The last ${stale} calls were all made before and brought the same answers as before, and so was this call of "${call.tool}".`,
        { staleCalls: stale, limit },
      );
    },
    admitted(call) {
      // Called before the call itself is in the history.
      if (run.history.idle(call.at) >= FRESH_MS) stale = 0;
    },
    settled(call) {
      if (!call.settings.loopChecks) return;
      const entry = call.notes.entry;
      if (entry?.news === 'same' && !isLongWait(entry)) stale += 1;
      else if (entry?.news !== undefined) stale = 0;
    },
  };
}

function isLongWait({ manner, askedAt, settledAt }: HistoryEntry): boolean {
  return manner === 'waits' && settledAt - askedAt >= WAITED_MS;
}
