import { isAlive, thisProcess } from '../process/identity.js';
import { KEEP_FINISHED, KEEP_RESOLVED, KEEP_UNKNOWN, KILLED } from './effect-row.js';
import { LedgerError } from './ledger-error.js';
import type { Database, Statement } from './sqlite.js';

/** Rows forgotten in one transaction, so that no other proxy waits long. */
const BATCH = 1_000;

/** Results dropped at once when the file has grown too large. */
const RESULTS_BATCH = 64;

export interface RetentionLimits {
  readonly maxRows: number;
  /** Bytes of the file in use, above which the oldest results are dropped (their effects stay). */
  readonly maxBytes: number;
}

interface Owner {
  readonly pid: number;
  readonly started: string;
  readonly nonce: string;
}

/** Keeps the ledger small without forgetting an effect in force. */
export class Retention {
  readonly #database: Database;
  readonly #limits: RetentionLimits;
  readonly #owners: Statement<[string], Owner>;
  readonly #abandonPending: Statement<[Record<string, string | number>]>;
  readonly #abandonDone: Statement<[Record<string, string | number>]>;
  readonly #forget: Statement<[Record<string, number>]>;
  readonly #count: Statement<[], { rows: number }>;
  readonly #evict: Statement<[Record<string, number>]>;
  readonly #dropResults: Statement<[number]>;

  constructor(database: Database, limits: RetentionLimits) {
    this.#database = database;
    this.#limits = limits;
    this.#owners = database.prepare(
      `SELECT DISTINCT owner_pid AS pid, owner_started AS started, owner_nonce AS nonce
       FROM effects WHERE free_at IS NULL AND owner_nonce <> ?`,
    );
    this.#abandonPending = database.prepare(
      `UPDATE effects SET state = 'unknown', reason = @reason, settled_at = @now, free_at = @freeAt
       WHERE free_at IS NULL AND owner_nonce = @nonce AND state = 'pending'`,
    );
    // Still in the way for its crash window, and as long as a person's word about it counts.
    this.#abandonDone = database.prepare(
      `UPDATE effects SET free_at = settled_at +
         max(crash_window_ms, CASE by_person WHEN 1 THEN @keepResolved ELSE 0 END)
       WHERE free_at IS NULL AND owner_nonce = @nonce AND state = 'done'`,
    );
    this.#forget = database.prepare(
      `DELETE FROM effects WHERE id IN (
         SELECT id FROM effects
         WHERE free_at <= @now AND (state = 'unknown' OR free_at <= @now - @keep) LIMIT ${BATCH})`,
    );
    this.#count = database.prepare('SELECT count(*) AS rows FROM effects');
    this.#evict = database.prepare(
      `DELETE FROM effects WHERE id IN (
         SELECT id FROM effects WHERE free_at <= @now ORDER BY free_at LIMIT @rows)`,
    );
    this.#dropResults = database.prepare(
      `UPDATE effects SET result = NULL WHERE id IN (
         SELECT id FROM effects WHERE result IS NOT NULL AND id <> ?
         ORDER BY settled_at LIMIT ${RESULTS_BATCH})`,
    );
  }

  /** Notes what dead processes left behind and forgets a batch of expired rows. Returns whether more are left. */
  sweep(now: number): boolean {
    const forgotten = this.#database
      .transaction(() => {
        this.#noteDead(now);
        return this.#forget.run({ now, keep: KEEP_FINISHED }).changes;
      })
      .immediate();
    return forgotten === BATCH;
  }

  /**
   * Makes sure that one more row fits; the oldest rows in nobody's way go first.
   * Throws rather than forget an effect in force. To be called in a write transaction.
   */
  makeRoom(path: string, now: number): void {
    const { maxRows } = this.#limits;
    // Counted each time: exact across processes, and under a millisecond at 100,000 rows.
    if ((this.#count.get()?.rows ?? 0) < maxRows) return;
    this.#noteDead(now);
    const rows = Math.max(1, Math.floor(maxRows / 100));
    if (this.#evict.run({ now, rows }).changes > 0) return;
    throw new LedgerError(
      `the ledger ${path} holds ${maxRows} side effects that are all still in force, and none may be forgotten. ` +
        'Resolve the unknown ones (fuze ledger list --state unknown), or shorten dedupe in fuze.toml.',
    );
  }

  /** Drops the oldest results (not that of row `keepId`) when the file holds too many bytes of them. To be called in a write transaction. */
  trimResults(keepId: number): void {
    if (this.#bytesInUse() > this.#limits.maxBytes) this.#dropResults.run(keepId);
  }

  #noteDead(now: number): void {
    for (const owner of this.#owners.all(thisProcess().nonce)) {
      if (isAlive(owner)) continue;
      this.#abandonPending.run({
        nonce: owner.nonce,
        reason: KILLED,
        now,
        freeAt: now + KEEP_UNKNOWN,
      });
      this.#abandonDone.run({ nonce: owner.nonce, keepResolved: KEEP_RESOLVED });
    }
  }

  #bytesInUse(): number {
    const read = (name: string): number => {
      const value: unknown = this.#database.pragma(name, { simple: true });
      return typeof value === 'number' ? value : 0;
    };
    return (read('page_count') - read('freelist_count')) * read('page_size');
  }
}
