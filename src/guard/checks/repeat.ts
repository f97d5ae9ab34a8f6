import type { LoopSettings } from '../../config/settings.js';
import type { Check, RunContext } from '../check.js';
import { type HistoryEntry, isSameCall } from '../history.js';
import type { JudgedCall } from '../tool-call.js';

/** An answer older than this, in milliseconds, is asked for again with good reason: somebody waits for a change. */
export const ANSWER_FRESH_MS = 60_000;

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
 * Whether the world may have moved since the last identical call. A call that went through and does not only look may
 * have changed it, unless it already stood between two identical answers and so has shown that it changes nothing here.
 * A look that brought something other than before has shown that it moves. And a call that acts, such as a click, is
 * not idle when looks in between bring news.
 */
function movedSince(
  window: readonly HistoryEntry[],
  isSame: (entry: HistoryEntry) => boolean,
): boolean {
  const last = window.findLastIndex(isSame);
  const identical = window[last];
  const before = window.slice(window.findIndex(isSame), last);
  const acts = identical?.reads === false && identical.outcome === 'success';
  return window.slice(last + 1).some((entry) => {
    if (entry.outcome === 'failure') return false;
    if (entry.news === 'changed') return true;
    if (entry.reads) return acts && entry.news === 'first';
    return !before.some((earlier) => isSameCall(earlier, entry));
  });
}

function count(
  call: JudgedCall,
  window: readonly HistoryEntry[],
  repeatOn: LoopSettings['repeatOn'],
): number {
  const isSame = (entry: HistoryEntry): boolean =>
    isSameCall(entry, call) && entry.resultHash !== undefined;
  const identical = window.filter(isSame);
  const last = identical.at(-1);
  if (repeatOn === 'args' || last === undefined) return identical.length;
  if (call.at - last.settledAt >= ANSWER_FRESH_MS) return 0;
  return movedSince(window, isSame) ? 0 : unchangedStreak(identical);
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
