import type { LoopSettings } from '../../config/settings.js';
import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import { type HistoryEntry, isSameCall } from '../history.js';
import type { JudgedCall } from '../tool-call.js';

type CallIdentity = Pick<JudgedCall, 'tool' | 'argsHash'>;

/** An answer older than this, in milliseconds, is asked for again with good reason: somebody waits for a change. */
export const ANSWER_FRESH_MS = 60_000;
/** Runs look back on few identical calls; answers kept for a replay are fewer still. */
const MAX_KEPT = 16;
const MAX_KEPT_BYTES = 65_536;

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
 * Whether the world may have moved since the last of the streak was sent, by a call that ended after that or may still
 * end. One that does not only look may have moved it, unless it also ended within the streak with the same result, and
 * so has shown that it changes nothing here. A look that brought something other than before has shown that it moves.
 * And a call that acts, such as a click, is not idle when looks in between bring news.
 */
function movedSince(window: readonly HistoryEntry[], streak: readonly HistoryEntry[]): boolean {
  const [first] = streak;
  const last = streak.at(-1);
  if (first === undefined || last === undefined) return false;
  const acts = !last.reads && last.outcome === 'success';
  const endedBefore = ({ endedAt }: HistoryEntry): boolean =>
    endedAt !== undefined && endedAt < last.place;
  const within = (entry: HistoryEntry): boolean => entry.place > first.place && endedBefore(entry);
  return window.some((entry) => {
    if (endedBefore(entry) || isSameCall(entry, last) || entry.outcome === 'failure') return false;
    if (entry.news === 'changed') return true;
    if (entry.reads) return acts && entry.news === 'first';
    return !window.some(
      (e) => within(e) && isAnswered(e, entry) && e.resultHash === entry.resultHash,
    );
  });
}

function countRepeats(
  call: JudgedCall,
  window: readonly HistoryEntry[],
  repeatOn: LoopSettings['repeatOn'],
): number {
  if (repeatOn === 'args') return window.filter((entry) => isAnswered(entry, call)).length;
  const streak = unchangedStreak(window, call);
  const last = streak.at(-1);
  if (last === undefined || call.at - last.settledAt >= ANSWER_FRESH_MS) return 0;
  return movedSince(window, streak) ? 0 : streak.length;
}

/** The successful answers of read-only tools, for one replay each. */
class Replays {
  private readonly results = new Map<string, string>();
  private readonly used = new Set<string>();

  keep(argsHash: string, result: string): void {
    this.results.delete(argsHash);
    this.results.set(argsHash, result);
    this.used.delete(argsHash);
    const [oldest] = this.results.keys();
    if (this.results.size <= MAX_KEPT || oldest === undefined) return;
    this.results.delete(oldest);
    this.used.delete(oldest);
  }

  unused(argsHash: string): string | undefined {
    return this.used.has(argsHash) ? undefined : this.results.get(argsHash);
  }

  use(argsHash: string): void {
    if (this.results.has(argsHash)) this.used.add(argsHash);
  }
}

/**
 * Stops the `repeat_threshold`-th identical call in the window when the ones before it brought the same result.
 * A changing result is polling, and a call in flight has brought nothing yet: neither counts. A tool that declares
 * itself read-only is answered once with the result that it gave, before it is refused.
 */
export function repeat(run: RunContext): Check {
  const replays = new Replays();

  const loop = (call: JudgedCall, identical: number): Verdict => {
    const { windowSize, repeatThreshold, repeatOn } = run.settings().loop;
    const told = repeatOn === 'args' ? '' : ' and brought the same result each time';
    return {
      check: 'repeat',
      kind: 'loop',
      reason: `This exact call of "${call.tool}" was already made ${identical} times among the last ${windowSize} calls${told}.`,
      advice:
        'Repeating it will not help. Use the result that you already have, change the arguments, or take another way.',
      details: { identicalCalls: identical, threshold: repeatThreshold, window: windowSize },
    };
  };

  return {
    judge(call) {
      if (!call.settings.loopChecks) return;
      const { windowSize, repeatThreshold, repeatOn } = run.settings().loop;
      const identical = countRepeats(call, run.history.last(windowSize), repeatOn);
      if (identical + 1 < repeatThreshold) return;
      const verdict = loop(call, identical);
      const result = repeatOn === 'args' ? undefined : replays.unused(call.argsHash);
      if (result === undefined || call.settings.onLoop !== 'skip') return verdict;
      const note =
        'Nothing has changed, so this is the result of the call before. Asked once more, it will be refused.';
      const { reason, details } = verdict;
      return { check: 'repeat', kind: 'replay', reason: `${reason} ${note}`, result, details };
    },
    told({ argsHash }) {
      replays.use(argsHash);
    },
    settled(call, outcome) {
      if (call.readOnly !== true || call.settings.onLoop !== 'skip') return;
      // Kept only from the second time on: most calls are never made again.
      if (outcome.kind !== 'success' || outcome.size > MAX_KEPT_BYTES) return;
      if (call.notes.entry?.news === 'same') replays.keep(call.argsHash, outcome.result());
    },
  };
}
