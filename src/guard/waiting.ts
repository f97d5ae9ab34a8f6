import type { HistoryEntry } from './history.js';

/** An answer older than this, in milliseconds, is asked for again with good reason: somebody waits for a change. */
export const FRESH_MS = 60_000;
/** So is one after which a tool was called that lets time pass, if it let pass so much. */
export const WAITED_MS = 10_000;

/** Whether the answer to a call is so old at a moment that asking again is no repetition. `waited`: a tool that waits was called since. */
export function isOld(entry: HistoryEntry, at: number, waited: boolean): boolean {
  // Of a call that waits, the time that it took is what it was made for.
  if (entry.manner === 'waits') return at - entry.askedAt >= WAITED_MS;
  return at - entry.settledAt >= (waited ? WAITED_MS : FRESH_MS);
}
