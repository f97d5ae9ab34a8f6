import type { LoopSettings } from '../../config/settings.js';
import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import { isOutage } from '../error-class.js';
import type { CallIdentity, HistoryEntry } from '../history.js';
import type { JudgedCall } from '../tool-call.js';
import { FRESH_MS } from '../waiting.js';

/** Runs look back on few identical calls; answers kept for a replay are fewer still. */
const MAX_KEPT = 16;
const MAX_KEPT_BYTES = 65_536;

function isAnswered(entry: HistoryEntry, call: CallIdentity): boolean {
  return entry.key.isSame(call.key) && entry.resultHash !== undefined;
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
 * What a call that moves a view did shows in looks, so after one that brought anything new it may go on.
 */
function movedSince(window: readonly HistoryEntry[], streak: readonly HistoryEntry[]): boolean {
  const [first] = streak;
  const last = streak.at(-1);
  if (first === undefined || last === undefined) return false;
  const steers = last.manner === 'steers' && last.outcome === 'success';
  const endedBefore = ({ endedAt }: HistoryEntry): boolean =>
    endedAt !== undefined && endedAt < last.place;
  const within = (entry: HistoryEntry): boolean => entry.place > first.place && endedBefore(entry);
  return window.some((entry) => {
    if (endedBefore(entry) || entry.key.isSame(last.key)) return false;
    if (entry.outcome === 'failure' || entry.manner === 'aside') return false;
    if (entry.manner === 'waits' || entry.news === 'changed') return true;
    if (entry.reads) return steers && entry.news === 'first';
    return !window.some(
      (e) => within(e) && isAnswered(e, entry) && e.resultHash === entry.resultHash,
    );
  });
}

function isOutOfOrder({ outcome, errorClass }: HistoryEntry): boolean {
  return outcome === 'unknown' || (errorClass !== undefined && isOutage(errorClass));
}

/** The identical calls that another one would repeat. */
interface Repeats {
  readonly count: number;
  readonly last: HistoryEntry;
  /** Milliseconds until it may be asked again, where it failed because something is out of order. */
  readonly retryAfter: number | undefined;
}

/** What is out of order may pass, and so is worth one more attempt. */
const MORE_ATTEMPTS = 1;

function repeatsOf(
  call: JudgedCall,
  window: readonly HistoryEntry[],
  { repeatOn, errorCooldown }: LoopSettings,
): Repeats | undefined {
  const counted =
    repeatOn === 'args'
      ? window.filter((entry) => isAnswered(entry, call))
      : unchangedStreak(window, call);
  const last = counted.at(-1);
  if (last === undefined) return undefined;
  const count = counted.length;
  if (repeatOn === 'args') return { count, last, retryAfter: undefined };
  if (call.at - last.settledAt >= FRESH_MS || movedSince(window, counted)) return undefined;
  if (!isOutOfOrder(last)) return { count, last, retryAfter: undefined };
  const retryAfter = last.settledAt + Math.min(errorCooldown, FRESH_MS) - call.at;
  return retryAfter > 0 ? { count, last, retryAfter } : undefined;
}

/** The successful answers of read-only tools, for one replay each. */
class Replays {
  private readonly results = new Map<string, string>();
  private readonly used = new Set<string>();

  keep(key: string, result: string): void {
    this.results.delete(key);
    this.results.set(key, result);
    this.used.delete(key);
    const [oldest] = this.results.keys();
    if (this.results.size <= MAX_KEPT || oldest === undefined) return;
    this.results.delete(oldest);
    this.used.delete(oldest);
  }

  unused(key: string): string | undefined {
    return this.used.has(key) ? undefined : this.results.get(key);
  }

  use(key: string): void {
    if (this.results.has(key)) this.used.add(key);
  }
}

function told({ last }: Repeats, repeatOn: LoopSettings['repeatOn']): string {
  if (repeatOn === 'args') return '';
  if (last.outcome === 'unknown') return ' and timed out each time';
  return last.outcome === 'failure'
    ? ' and failed with the same error each time'
    : ' and brought the same result each time';
}

function adviceOn({ last, retryAfter }: Repeats): string {
  if (retryAfter !== undefined) {
    return `It looks out of order. It may be tried again in ${Math.ceil(retryAfter / 1_000)} s; until then go on without it, or tell the user that it is down.`;
  }
  if (last.outcome === 'failure') {
    return 'Repeating it will not help. Read the error, change the arguments that it is about, take another way, or tell the user where you are stuck.';
  }
  return last.manner === 'steers'
    ? 'Its answer does not show what it does. Look at what came of it before you do it again, or take another way.'
    : 'Repeating it will not help. Use the result that you already have, change the arguments, or take another way.';
}

/**
 * Stops the `repeat_threshold`-th identical call in the window when the ones before it brought the same result.
 * A changing result is polling, and a call in flight has brought nothing yet: neither counts. A tool that declares
 * itself read-only is answered once with the result that it gave, before it is refused.
 */
export function repeat(run: RunContext): Check {
  const replays = new Replays();

  const loop = (call: JudgedCall, repeats: Repeats, settings: LoopSettings): Verdict => {
    const { windowSize, repeatThreshold, repeatOn } = settings;
    const { count, retryAfter } = repeats;
    return {
      check: 'repeat',
      kind: 'loop',
      reason: `This exact call of "${call.tool}" was already made ${count} times among the last ${windowSize} calls${told(repeats, repeatOn)}.`,
      advice: adviceOn(repeats),
      details: {
        identicalCalls: count,
        threshold: repeatThreshold,
        window: windowSize,
        ...(retryAfter === undefined ? {} : { retryAfterMs: Math.ceil(retryAfter) }),
      },
    };
  };

  return {
    judge(call) {
      if (!call.settings.loopChecks) return;
      const settings = run.settings().loop;
      if (!run.history.has(call, settings.windowSize)) return;
      const repeats = repeatsOf(call, run.history.last(settings.windowSize), settings);
      if (repeats === undefined) return;
      if (settings.repeatOn !== 'args' && run.history.hasWaited(call)) return;
      const attempts = repeats.retryAfter === undefined ? 0 : MORE_ATTEMPTS;
      if (repeats.count + 1 < settings.repeatThreshold + attempts) return;
      const verdict = loop(call, repeats, settings);
      const result = settings.repeatOn === 'args' ? undefined : replays.unused(call.key.text);
      if (result === undefined || call.settings.onLoop !== 'skip') return verdict;
      const note =
        'Nothing has changed, so this is the result of the call before. Asked once more, it will be refused.';
      const { reason, details } = verdict;
      return { check: 'repeat', kind: 'replay', reason: `${reason} ${note}`, result, details };
    },
    told({ key }) {
      replays.use(key.text);
    },
    settled(call, outcome) {
      if (call.readOnly !== true || call.settings.onLoop !== 'skip') return;
      // Kept only from the second time on: most calls are never made again.
      if (outcome.kind !== 'success' || outcome.size > MAX_KEPT_BYTES) return;
      if (call.notes.entry?.news !== 'same') return;
      const result = outcome.result();
      if (result !== undefined) replays.keep(call.key.text, result);
    },
  };
}
