import type { Effect, EffectRecord } from '../guard/effect-ledger.js';
import type { ProcessIdentity } from '../process/identity.js';
import { type EffectRow, KILLED, ownerOf, resolvedUntil, scopeOf } from './effect-row.js';

/** What this process knows beside the file. */
export interface Moment {
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
  readonly self: ProcessIdentity;
  readonly isAlive: (owner: ProcessIdentity) => boolean;
  /** Why the outcome of this row, known here, could not be written; undefined for all other rows. */
  readonly unwritten: (id: number) => string | undefined;
}

/** How a row stands in the way of an effect. */
export type Standing =
  | { readonly kind: 'pending'; readonly mine: boolean }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /** True when the file still says pending, but the owner is dead: the file must be told. */
      readonly abandoned: boolean;
    };

function pendingStanding(row: EffectRow, effect: Effect, moment: Moment): Standing | undefined {
  const mine = row.ownerNonce === moment.self.nonce;
  if (!mine && !moment.isAlive(ownerOf(row))) {
    return { kind: 'unknown', reason: KILLED, abandoned: true };
  }
  const unwritten = moment.unwritten(row.id);
  if (unwritten !== undefined) return { kind: 'unknown', reason: unwritten, abandoned: false };
  // Another run's call may well be meant: two clients may each send one mail.
  if (effect.dedupe === 'run' && row.runId !== effect.runId) return undefined;
  return { kind: 'pending', mine };
}

function doneStands(row: EffectRow, effect: Effect, moment: Moment): boolean {
  const settledAt = row.settledAt ?? row.begunAt;
  const age = moment.now - settledAt;
  if (row.byPerson === 1) {
    const until = resolvedUntil(row, settledAt);
    if (moment.now < until || (effect.dedupe !== 'run' && age < effect.dedupe)) return true;
  }
  if (row.released === 1) return false;
  if (effect.dedupe !== 'run') return age < effect.dedupe;
  if (row.runId === effect.runId) return true;
  // The run ended in a crash, and a client that restarts a crashed server sends its calls again.
  return row.dedupe === null && age < effect.crashWindow && !moment.isAlive(ownerOf(row));
}

/**
 * Whether and how `row` (same server, tool and arguments) stands in the way of `effect`.
 * The effect's own `dedupe` decides, so that a changed fuze.toml holds for what is already recorded.
 */
export function standingOf(row: EffectRow, effect: Effect, moment: Moment): Standing | undefined {
  switch (row.state) {
    case 'failed':
      return undefined;
    case 'unknown':
      if (row.freeAt !== null && moment.now >= row.freeAt) return undefined;
      return { kind: 'unknown', reason: row.reason ?? 'no reason recorded', abandoned: false };
    case 'pending':
      return pendingStanding(row, effect, moment);
    case 'done':
      return doneStands(row, effect, moment) ? { kind: 'done' } : undefined;
  }
}

const RANK = { unknown: 1, pending: 2, done: 3 } as const;

/** Of several rows in the way the effect's own answers first (its result is the right one), then the most careful. */
export function rankOf(row: EffectRow, standing: Standing, effect: Effect): number {
  return row.scope === scopeOf(effect) ? 0 : RANK[standing.kind];
}

/** The record of a row in the way, as the guard wants it; `resultOf` reads its result text when one is needed. */
export function recordOf(
  row: EffectRow,
  standing: Standing,
  resultOf: (id: number) => string | undefined,
): EffectRecord {
  switch (standing.kind) {
    case 'pending':
      return { state: 'pending', key: row.key, since: row.begunAt, mine: standing.mine };
    case 'unknown':
      return { state: 'unknown', key: row.key, since: row.begunAt, reason: standing.reason };
    case 'done':
      return {
        state: 'done',
        key: row.key,
        since: row.settledAt ?? row.begunAt,
        result: resultOf(row.id),
        resolvedByPerson: row.byPerson === 1,
      };
  }
}
