import { createHash } from 'node:crypto';
import type { Effect } from '../guard/effect-ledger.js';
import type { ProcessIdentity } from '../process/identity.js';

export type EffectState = 'pending' | 'done' | 'failed' | 'unknown';

/** A row of the table without its result text, which may be a megabyte. The STRICT table guards these types. */
export interface EffectRow {
  readonly id: number;
  readonly key: string;
  readonly server: string;
  readonly tool: string;
  readonly scope: string;
  readonly runId: string;
  readonly state: EffectState;
  /** null: counts within its run only. */
  readonly dedupe: number | null;
  readonly crashWindow: number;
  readonly begunAt: number;
  /** null while pending. */
  readonly settledAt: number | null;
  readonly freeAt: number | null;
  readonly reason: string | null;
  readonly released: number;
  readonly byPerson: number;
  readonly tries: number;
  readonly ownerPid: number;
  readonly ownerStarted: string;
  readonly ownerNonce: string;
}

export const ROW_COLUMNS = `id, key, server, tool, scope, run_id AS runId, state, dedupe_ms AS dedupe,
  crash_window_ms AS crashWindow, begun_at AS begunAt, settled_at AS settledAt, free_at AS freeAt, reason,
  released, by_person AS byPerson, tries, owner_pid AS ownerPid, owner_started AS ownerStarted,
  owner_nonce AS ownerNonce`;

export const KILLED = 'fuze was killed while the call was in flight';

const HOUR = 3_600_000;

/** How long finished rows that stand in nobody's way are kept for `fuze ledger list`. */
export const KEEP_FINISHED = 24 * HOUR;
/** How long a person has to resolve an unknown effect. */
export const KEEP_UNKNOWN = 30 * 24 * HOUR;
/** How long an effect that a person declared executed stands in the way, at least. */
export const KEEP_RESOLVED = 24 * HOUR;

export function ownerOf(row: EffectRow): ProcessIdentity {
  return { pid: row.ownerPid, started: row.ownerStarted, nonce: row.ownerNonce };
}

/** How far the identity of an effect reaches. */
export function scopeOf(effect: Effect): string {
  return effect.dedupe === 'run' ? `run:${effect.runId}` : 'time';
}

/** Hex SHA-256 over the identity of a row; people are shown its first digits. */
export function identityHash(server: string, effect: Effect): string {
  return createHash('sha256')
    .update(JSON.stringify([server, effect.tool, effect.argsHash, scopeOf(effect)]))
    .digest('hex');
}

/** Until when a person's word "it was executed" stands in the way. */
export function resolvedUntil(row: EffectRow, settledAt: number): number {
  return settledAt + Math.max(KEEP_RESOLVED, row.dedupe ?? 0);
}
