import type { LoopSettings } from '../../config/settings.js';
import type { Check, RunContext } from '../check.js';
import type { HistoryEntry } from '../history.js';
import type { JudgedCall } from '../tool-call.js';

type CallIdentity = Pick<JudgedCall, 'tool' | 'argsHash'>;

function isSameCall(one: CallIdentity, other: CallIdentity): boolean {
  return one.tool === other.tool && one.argsHash === other.argsHash;
}

function isAnswered(entry: HistoryEntry, call: CallIdentity): boolean {
  return isSameCall(entry, call) && entry.resultHash !== undefined;
}

/** The latest identical calls that brought one and the same result: how many, and where the first and last stand. */
function unchangedStreak(
  window: readonly HistoryEntry[],
  call: CallIdentity,
): { count: number; first: number; last: number } {
  const last = window.findLastIndex((entry) => isAnswered(entry, call));
  let first = last;
  let count = 0;
  for (let index = last; index >= 0; index -= 1) {
    const entry = window[index];
    if (entry === undefined || !isAnswered(entry, call)) continue;
    if (entry.resultHash !== window[last]?.resultHash) break;
    first = index;
    count += 1;
  }
  return { count, first, last };
}

/**
 * Whether something may have changed since the last of the streak: another call went through that is not declared
 * read-only. One that already stood within the streak, with the same result, has shown that it changes nothing here.
 */
function changedSince(window: readonly HistoryEntry[], first: number, last: number): boolean {
  const within = window.slice(first, last);
  return window.slice(last + 1).some((entry) => {
    if (entry.readOnly || entry.outcome === 'failure') return false;
    return !within.some((e) => isSameCall(e, entry) && e.resultHash === entry.resultHash);
  });
}

function countRepeats(
  call: CallIdentity,
  window: readonly HistoryEntry[],
  repeatOn: LoopSettings['repeatOn'],
): number {
  if (repeatOn === 'args') return window.filter((entry) => isAnswered(entry, call)).length;
  const { count, first, last } = unchangedStreak(window, call);
  return changedSince(window, first, last) ? 0 : count;
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
      const identical = countRepeats(call, run.history.last(windowSize), repeatOn);
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
