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

/** The latest identical calls that brought one and the same result, oldest first. */
function unchangedStreak(window: readonly HistoryEntry[], call: CallIdentity): HistoryEntry[] {
  const identical = window.filter((entry) => isAnswered(entry, call));
  const result = identical.at(-1)?.resultHash;
  const before = identical.findLastIndex(({ resultHash }) => resultHash !== result);
  return identical.slice(before + 1);
}

/**
 * Whether something may have changed since the last of the streak was sent: another call ended after that, or may
 * still end, that is not declared read-only. One that also ended within the streak, with the same result, has
 * shown that it changes nothing here.
 */
function changedSince(window: readonly HistoryEntry[], streak: readonly HistoryEntry[]): boolean {
  const [first] = streak;
  const last = streak.at(-1);
  if (first === undefined || last === undefined) return false;
  const endedBefore = ({ endedAt }: HistoryEntry): boolean =>
    endedAt !== undefined && endedAt < last.place;
  const within = (entry: HistoryEntry): boolean => entry.place > first.place && endedBefore(entry);
  return window.some((entry) => {
    if (entry.readOnly || entry.outcome === 'failure') return false;
    if (endedBefore(entry) || isSameCall(entry, last)) return false;
    return !window.some(
      (e) => within(e) && isAnswered(e, entry) && e.resultHash === entry.resultHash,
    );
  });
}

function countRepeats(
  call: CallIdentity,
  window: readonly HistoryEntry[],
  repeatOn: LoopSettings['repeatOn'],
): number {
  if (repeatOn === 'args') return window.filter((entry) => isAnswered(entry, call)).length;
  const streak = unchangedStreak(window, call);
  return changedSince(window, streak) ? 0 : streak.length;
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
