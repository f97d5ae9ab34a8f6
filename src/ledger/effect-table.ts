import type { Effect } from '../guard/effect-ledger.js';
import type { ProcessIdentity } from '../process/identity.js';
import {
  type EffectRow,
  identityHash,
  KEEP_RESOLVED,
  KEEP_UNKNOWN,
  ROW_COLUMNS,
  scopeOf,
} from './effect-row.js';
import type { Settlement } from './settlement.js';
import type { Database, Statement } from './sqlite.js';

/** First digits of the identity shown to people; more when two effects share them. */
const KEY_DIGITS = 12;

/** Bounded (to some 300 years), so that a time plus a duration stays a whole number that SQLite can hold. */
function wholeMilliseconds(duration: number): number {
  return Math.min(Math.ceil(duration), 1e13);
}

/** The statements over the table of effects, one method each. No transaction of its own, no rule of its own. */
export class EffectTable {
  readonly #candidates: Statement<[string, string, string], EffectRow>;
  readonly #byScope: Statement<[string, string, string, string], EffectRow>;
  readonly #result: Statement<[number], { result: string | null }>;
  readonly #keyTaken: Statement<[string]>;
  readonly #insert: Statement<[Record<string, string | number | null>]>;
  readonly #retake: Statement<[Record<string, string | number | null>]>;
  readonly #settle: Statement<[Record<string, string | number | null>]>;
  readonly #giveUp: Statement<[Record<string, string | number | null>]>;
  readonly #ofRun: Statement<[string, string], EffectRow>;
  readonly #release: Statement<[Record<string, string | number | null>]>;

  constructor(database: Database) {
    this.#candidates = database.prepare(
      `SELECT ${ROW_COLUMNS} FROM effects WHERE server = ? AND tool = ? AND args_hash = ?
       AND state <> 'failed' AND NOT (state = 'done' AND released = 1 AND by_person = 0)`,
    );
    this.#byScope = database.prepare(
      `SELECT ${ROW_COLUMNS} FROM effects
       WHERE server = ? AND tool = ? AND args_hash = ? AND scope = ?`,
    );
    this.#result = database.prepare('SELECT result FROM effects WHERE id = ?');
    this.#keyTaken = database.prepare('SELECT 1 FROM effects WHERE key = ?');
    this.#insert = database.prepare(
      `INSERT INTO effects (key, server, tool, args_hash, scope, run_id, state, dedupe_ms,
         crash_window_ms, begun_at, owner_pid, owner_started, owner_nonce)
       VALUES (@key, @server, @tool, @argsHash, @scope, @runId, 'pending', @dedupe,
         @crashWindow, @now, @pid, @started, @nonce)`,
    );
    this.#retake = database.prepare(
      `UPDATE effects SET run_id = @runId, state = 'pending', dedupe_ms = @dedupe,
         crash_window_ms = @crashWindow, begun_at = @now, settled_at = NULL, free_at = NULL,
         reason = NULL, released = 0, by_person = 0, tries = tries + 1, result = NULL,
         owner_pid = @pid, owner_started = @started, owner_nonce = @nonce
       WHERE id = @id`,
    );
    this.#settle = database.prepare(
      `UPDATE effects SET state = @state, settled_at = @settledAt, free_at = @freeAt,
         reason = @reason, result = @result WHERE id = @id`,
    );
    this.#giveUp = database.prepare(
      `UPDATE effects SET state = 'unknown', settled_at = @now, free_at = @freeAt, reason = @reason
       WHERE id = @id AND state = 'pending' AND owner_nonce = @nonce`,
    );
    this.#ofRun = database.prepare(
      `SELECT ${ROW_COLUMNS} FROM effects
       WHERE server = ? AND run_id = ? AND dedupe_ms IS NULL AND released = 0`,
    );
    this.#release = database.prepare(
      `UPDATE effects SET released = 1,
         free_at = CASE WHEN state <> 'done' THEN free_at WHEN by_person = 0 THEN @now
           ELSE max(@now, settled_at + @keep) END,
         result = NULL
       WHERE id = @id`,
    );
  }

  /** Rows of identical effects that may stand in somebody's way. */
  candidates(server: string, effect: Effect): EffectRow[] {
    return this.#candidates.all(server, effect.tool, effect.argsHash);
  }

  /** The one row of this effect's identity. */
  rowOf(server: string, effect: Effect): EffectRow | undefined {
    return this.#byScope.get(server, effect.tool, effect.argsHash, scopeOf(effect));
  }

  resultOf(id: number): string | undefined {
    return this.#result.get(id)?.result ?? undefined;
  }

  insert(server: string, effect: Effect, owner: ProcessIdentity, now: number): void {
    const hash = identityHash(server, effect);
    let digits = KEY_DIGITS;
    while (this.#keyTaken.get(hash.slice(0, digits)) !== undefined) digits += 1;
    this.#insert.run({
      key: hash.slice(0, digits),
      server,
      tool: effect.tool,
      argsHash: effect.argsHash,
      scope: scopeOf(effect),
      ...this.#attempt(effect, owner, now),
    });
  }

  /** A new try of an effect that has a row already. */
  retake(id: number, effect: Effect, owner: ProcessIdentity, now: number): void {
    this.#retake.run({ id, ...this.#attempt(effect, owner, now) });
  }

  settle(id: number, settlement: Settlement): void {
    this.#settle.run({ id, ...settlement });
  }

  /** Turns a row that is still pending with this owner into an unknown one. */
  giveUp(id: number, ownerNonce: string, reason: string, now: number): void {
    this.#giveUp.run({ id, nonce: ownerNonce, reason, now, freeAt: now + KEEP_UNKNOWN });
  }

  /** Rows of a run that count within that run and that nobody has released. */
  ofRun(server: string, runId: string): EffectRow[] {
    return this.#ofRun.all(server, runId);
  }

  release(id: number, now: number): void {
    this.#release.run({ id, now, keep: KEEP_RESOLVED });
  }

  #attempt(effect: Effect, owner: ProcessIdentity, now: number) {
    return {
      runId: effect.runId,
      dedupe: effect.dedupe === 'run' ? null : wholeMilliseconds(effect.dedupe),
      crashWindow: wholeMilliseconds(effect.crashWindow),
      now,
      pid: owner.pid,
      started: owner.started,
      nonce: owner.nonce,
    };
  }
}
