import type { EffectOutcome } from '../guard/effect-ledger.js';
import { type EffectRow, KEEP_UNKNOWN } from './effect-row.js';

/** Results above this many bytes are not kept; the effect is done all the same. */
const MAX_RESULT_BYTES = 1024 * 1024;

/** What a settlement writes into its row. */
export interface Settlement {
  readonly state: 'done' | 'failed' | 'unknown';
  readonly settledAt: number;
  readonly freeAt: number | null;
  readonly reason: string | null;
  readonly result: string | null;
}

/** What the outcome of a call means for its row, at wall clock `now`. */
export function settlementOf(row: EffectRow, outcome: EffectOutcome, now: number): Settlement {
  const plain = { state: outcome.kind, settledAt: now, reason: null, result: null } as const;
  switch (outcome.kind) {
    case 'failed':
      return { ...plain, freeAt: now };
    case 'unknown':
      return { ...plain, freeAt: now + KEEP_UNKNOWN, reason: outcome.reason };
    case 'done': {
      // The answer may come after the run has ended; then nobody will ask for it.
      const ended = row.released === 1;
      const { result } = outcome;
      const keep = !ended && result !== undefined && Buffer.byteLength(result) <= MAX_RESULT_BYTES;
      const freeAt = row.dedupe === null ? (ended ? now : null) : now + row.dedupe;
      return { ...plain, freeAt, result: keep ? result : null };
    }
  }
}
