import type { Effect, EffectLedger, EffectOutcome, EffectRecord } from '../guard/effect-ledger.js';
import { isAlive, thisProcess } from '../process/identity.js';
import { openDatabaseFile } from './database-file.js';
import { DatabasePlace } from './database-place.js';
import { type EffectRow, KILLED, ownerOf } from './effect-row.js';
import { EffectTable } from './effect-table.js';
import { rankOf, recordOf, type Standing, standingOf } from './in-the-way.js';
import { asLedgerError } from './ledger-error.js';
import { Retention } from './retention.js';
import { settlementOf } from './settlement.js';
import type { Database } from './sqlite.js';

export interface LedgerOptions {
  /** The file, created when missing; `<state-dir>/ledger.db` by custom. */
  readonly path: string;
  /** Name of the server: the same tool of another server is another effect. */
  readonly server: string;
  /** Wall clock in milliseconds. */
  readonly now?: () => number;
  /** Most rows kept; default 100,000. */
  readonly maxRows?: number;
  /** Bytes of the file in use above which the oldest results are dropped; default 256 MiB. */
  readonly maxBytes?: number;
  /** Begins between two sweeps for expired rows; default 256. */
  readonly sweepEvery?: number;
}

/** The ledger of one server in a file that several processes may share. See `EffectLedger` for the contract. */
export class SqliteLedger implements EffectLedger {
  readonly #options: LedgerOptions;
  readonly #now: () => number;
  readonly #database: Database;
  readonly #place: DatabasePlace;
  readonly #table: EffectTable;
  readonly #retention: Retention;
  /** Which try of its row an effect is: a late answer to an earlier try must not settle a later one. */
  readonly #tries = new WeakMap<Effect, number>();
  /** Rows whose end is known here but could not be written; emptied by the next write that succeeds. */
  readonly #unwritten = new Map<number, string>();
  #begins = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
    const now = options.now ?? Date.now;
    this.#now = () => Math.round(now());
    this.#database = openDatabaseFile(options.path);
    try {
      this.#place = new DatabasePlace(options.path);
      this.#table = new EffectTable(this.#database);
      this.#retention = new Retention(this.#database, {
        maxRows: options.maxRows ?? 100_000,
        maxBytes: options.maxBytes ?? 256 * 1024 * 1024,
      });
      // Also the proof, at the start rather than at the first effect, that the file can be written.
      while (this.#retention.sweep(this.#now()));
    } catch (error) {
      this.#database.close();
      throw asLedgerError(options.path, error);
    }
  }

  find(effect: Effect): EffectRecord | undefined {
    const now = this.#now();
    const { record, abandoned } = this.#attempt(() =>
      this.#database.transaction(() => this.#look(effect, now)).deferred(),
    );
    if (abandoned.length > 0) {
      try {
        this.#write(now, () => this.#note(abandoned, now));
      } catch {
        // The answer is the same whether or not the file could be told; the next look tells it again.
      }
    }
    return record;
  }

  begin(effect: Effect): EffectRecord | undefined {
    const now = this.#now();
    return this.#attempt(() => {
      this.#place.assert();
      this.#begins += 1;
      if (this.#begins % (this.#options.sweepEvery ?? 256) === 0) this.#retention.sweep(now);
      let tries = 1;
      const inTheWay = this.#write(now, () => {
        const { record, abandoned } = this.#look(effect, now);
        this.#note(abandoned, now);
        if (record !== undefined) return record;
        const row = this.#table.rowOf(this.#options.server, effect);
        if (row === undefined) {
          this.#retention.makeRoom(this.#options.path, now);
          this.#table.insert(this.#options.server, effect, thisProcess(), now);
        } else {
          tries = row.tries + 1;
          this.#table.retake(row.id, effect, thisProcess(), now);
        }
        return undefined;
      });
      if (inTheWay === undefined) this.#tries.set(effect, tries);
      return inTheWay;
    });
  }

  settle(effect: Effect, outcome: EffectOutcome): void {
    const now = this.#now();
    const own = this.#attempt(() => this.#ownRow(effect));
    if (own === undefined) return;
    try {
      this.#writeUnsynced(now, () => {
        // Read again under the lock: a person may have resolved it meanwhile.
        const row = this.#ownRow(effect);
        if (row === undefined || (row.state === 'unknown' && outcome.kind === 'unknown')) return;
        const settlement = settlementOf(row, outcome, now);
        this.#table.settle(row.id, settlement);
        if (settlement.result !== null) this.#retention.trimResults(row.id);
      });
    } catch (error) {
      const problem = asLedgerError(this.#options.path, error);
      // Nobody may wait for it or replay it: on disk it is still pending.
      this.#unwritten.set(own.id, `its outcome could not be written: ${problem.message}`);
      throw problem;
    }
  }

  endRun(runId: string): void {
    const now = this.#now();
    this.#attempt(() => {
      // A run id may be shared with another living process (a traceparent); its rows are its own to release.
      const rows = this.#table
        .ofRun(this.#options.server, runId)
        .filter((row) => row.ownerNonce === thisProcess().nonce || !isAlive(ownerOf(row)));
      if (rows.length === 0) return;
      this.#write(now, () => {
        for (const row of rows) this.#table.release(row.id, now);
      });
    });
  }

  /** Closes the file; every later call throws. */
  close(): void {
    this.#database.close();
  }

  #look(effect: Effect, now: number): { record: EffectRecord | undefined; abandoned: EffectRow[] } {
    const moment = {
      now,
      self: thisProcess(),
      isAlive,
      unwritten: (id: number) => this.#unwritten.get(id),
    };
    const abandoned: EffectRow[] = [];
    let first: { row: EffectRow; standing: Standing; rank: number } | undefined;
    for (const row of this.#table.candidates(this.#options.server, effect)) {
      const standing = standingOf(row, effect, moment);
      if (standing === undefined) continue;
      if (standing.kind === 'unknown' && standing.abandoned) abandoned.push(row);
      const rank = rankOf(row, standing, effect);
      if (first === undefined || rank < first.rank) first = { row, standing, rank };
    }
    const record = first && recordOf(first.row, first.standing, (id) => this.#table.resultOf(id));
    return { record, abandoned };
  }

  /** The row that a settlement of this effect is about, if it is still this process's to settle. */
  #ownRow(effect: Effect): EffectRow | undefined {
    const row = this.#table.rowOf(this.#options.server, effect);
    if (row === undefined || row.ownerNonce !== thisProcess().nonce) return undefined;
    if (row.runId !== effect.runId) return undefined;
    const tries = this.#tries.get(effect);
    if (tries !== undefined && tries !== row.tries) return undefined;
    return row.state === 'pending' || row.state === 'unknown' ? row : undefined;
  }

  #note(abandoned: readonly EffectRow[], now: number): void {
    for (const row of abandoned) this.#table.giveUp(row.id, row.ownerNonce, KILLED, now);
  }

  /** One short transaction that holds the write lock from its start, so that what it reads stays true. */
  #write<T>(now: number, work: () => T): T {
    const result = this.#database
      .transaction(() => {
        for (const [id, reason] of this.#unwritten) {
          this.#table.giveUp(id, thisProcess().nonce, reason, now);
        }
        return work();
      })
      .immediate();
    this.#unwritten.clear();
    return result;
  }

  /**
   * The same, but not synced to the disk: a power cut may take it back, no end of the process can. An effect whose outcome
   * is lost so is unknown after that, and not repeated either; every other effect would wait for the disk twice.
   */
  #writeUnsynced(now: number, work: () => void): void {
    this.#database.pragma('synchronous = NORMAL');
    try {
      this.#write(now, work);
    } finally {
      this.#database.pragma('synchronous = FULL');
    }
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asLedgerError(this.#options.path, error);
    }
  }
}
