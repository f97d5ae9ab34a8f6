import type { LoopSettings } from '../../config/settings.js';
import type { Check, RunContext } from '../check.js';
import type { HistoryEntry } from '../history.js';
import type { JudgedCall } from '../tool-call.js';

/** How many identical calls in a row, counted back from the last one, brought the same result. */
function unchangedStreak(identical: readonly HistoryEntry[]): number {
  const latest = identical.at(-1)?.resultHash;
  let streak = 0;
  for (let index = identical.length - 1; index >= 0; index -= 1) {
    if (identical[index]?.resultHash !== latest) break;
    streak += 1;
  }
  return streak;
}

/**
 * Whether something may have changed since the last identical call: another call went through that is not
 * declared read-only. One that already stood between two identical answers has shown that it changes nothing here.
 */
function changedSince(
  window: readonly HistoryEntry[],
  isSame: (e: HistoryEntry) => boolean,
): boolean {
  const last = window.findLastIndex(isSame);
  const before = window.slice(window.findIndex(isSame), last);
  return window.slice(last + 1).some((entry) => {
    if (entry.readOnly || entry.outcome === 'failure') return false;
    return !before.some((e) => e.tool === entry.tool && e.argsHash === entry.argsHash);
  });
}

function count(
  call: JudgedCall,
  window: readonly HistoryEntry[],
  repeatOn: LoopSettings['repeatOn'],
): number {
  const isSame = (entry: HistoryEntry): boolean =>
    entry.tool === call.tool && entry.argsHash === call.argsHash && entry.resultHash !== undefined;
  const identical = window.filter(isSame);
  if (repeatOn === 'args' || identical.length === 0) return identical.length;
  return changedSince(window, isSame) ? 0 : unchangedStreak(identical);
}

/**
 * Stops the `repeat_threshold`-th identical call in the window when the ones before it brought the same result.
 * A changing result is polling, and a call in flight has brought nothing yet: neither counts.
 */
export function repeat(run: RunContext): Check {
  return {
    judge(call) {
      if (!call.settings.loopChecks) return;
      const { windowSize, repeatThreshold, repeatOn } = run.settings().loop;
      const identical = count(call, run.history.last(windowSize), repeatOn);
      if (identical + 1 < repeatThreshold) return;
      const told = repeatOn === 'args' ? '' : ' and brought the same result each time';
      return {
        check: 'repeat',
        kind: 'loop',
        reason: `This exact call of "${call.tool}" was already made ${identical} times among the last ${windowSize} calls${told}.`,
        advice:
          'Repeating it will not help. Use the result that you already have, change the arguments, or take another way.',
        details: { identicalCalls: identical, threshold: repeatThreshold, window: windowSize },
      };
    },
  };
}
