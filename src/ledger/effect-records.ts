import { existsSync } from 'node:fs';
import { isAlive } from '../process/identity.js';
import { openDatabaseFile } from './database-file.js';
import {
  type EffectRow,
  type EffectState,
  KILLED,
  ownerOf,
  ROW_COLUMNS,
  resolvedUntil,
} from './effect-row.js';
import { asLedgerError } from './ledger-error.js';
import type { Database } from './sqlite.js';

/** One effect as people see it. Times are milliseconds since the epoch. */
export interface EffectEntry {
  readonly key: string;
  readonly state: EffectState;
  readonly server: string;
  readonly tool: string;
  readonly runId: string;
  /** When the latest try began. */
  readonly since: number;
  /** When it ended, undefined while it is pending. */
  readonly settled: number | undefined;
  /** Why nobody knows its outcome; undefined unless the state is unknown. */
  readonly reason: string | undefined;
  readonly tries: number;
  readonly resolvedByPerson: boolean;
}

export type Verdict = 'executed' | 'not-executed';

export type Resolution =
  | { readonly kind: 'resolved'; readonly entry: EffectEntry }
  | { readonly kind: 'refused'; readonly entry: EffectEntry }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'ambiguous'; readonly keys: readonly string[] };

function entryOf(row: EffectRow, state: EffectState): EffectEntry {
  const reason = row.reason ?? (row.state === state ? undefined : KILLED);
  return {
    key: row.key,
    state,
    server: row.server,
    tool: row.tool,
    runId: row.runId,
    since: row.begunAt,
    settled: row.settledAt ?? undefined,
    reason,
    tries: row.tries,
    resolvedByPerson: row.byPerson === 1,
  };
}

/** The effects of all servers in a ledger file, for people to look through and to resolve. */
export class EffectRecords {
  readonly #path: string;
  readonly #now: () => number;
  readonly #database: Database;

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = () => Math.round(now());
    this.#database = openDatabaseFile(path);
  }

  /** All effects, those begun last first; only those in `state` when it is given. */
  list(state?: EffectState): EffectEntry[] {
    return this.#attempt(() => {
      const stateOf = stateReader();
      const rows = this.#database
        .prepare<[], EffectRow>(
          `SELECT ${ROW_COLUMNS} FROM effects ORDER BY begun_at DESC, id DESC`,
        )
        .all();
      return rows
        .map((row) => entryOf(row, stateOf(row)))
        .filter((entry) => state === undefined || entry.state === state);
    });
  }

  /** Writes down what a person found out about the unknown effect whose key is or begins with `prefix`. */
  resolve(prefix: string, verdict: Verdict): Resolution {
    return this.#attempt(() =>
      this.#database.transaction(() => this.#resolve(prefix, verdict)).immediate(),
    );
  }

  close(): void {
    this.#database.close();
  }

  #resolve(prefix: string, verdict: Verdict): Resolution {
    const found = this.#database
      .prepare<[{ prefix: string }], EffectRow>(
        // One key may begin with another whole one, when two effects share their first digits.
        `SELECT ${ROW_COLUMNS} FROM effects WHERE substr(key, 1, length(@prefix)) = @prefix
         AND (key = @prefix OR NOT EXISTS (SELECT 1 FROM effects WHERE key = @prefix)) ORDER BY key LIMIT 10`,
      )
      .all({ prefix });
    const [row, second] = found;
    if (row === undefined) return { kind: 'not-found' };
    if (second !== undefined) return { kind: 'ambiguous', keys: found.map(({ key }) => key) };
    const state = stateReader()(row);
    if (state !== 'unknown') return { kind: 'refused', entry: entryOf(row, state) };
    const now = this.#now();
    const executed = verdict === 'executed';
    // Within a run that still goes on, it counts to the end of that run.
    const openEnded = executed && row.dedupe === null && row.released === 0;
    this.#database
      .prepare(
        `UPDATE effects SET state = @state, by_person = 1, settled_at = @now, free_at = @freeAt,
           reason = NULL, result = NULL WHERE id = @id`,
      )
      .run({
        id: row.id,
        state: executed ? 'done' : 'failed',
        now,
        freeAt: openEnded ? null : executed ? resolvedUntil(row, now) : now,
      });
    const resolved = this.#database
      .prepare<[number], EffectRow>(`SELECT ${ROW_COLUMNS} FROM effects WHERE id = ?`)
      .get(row.id);
    return { kind: 'resolved', entry: entryOf(resolved ?? row, executed ? 'done' : 'failed') };
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asLedgerError(this.#path, error);
    }
  }
}

/** The state that holds: what a dead process left pending is unknown, noted in the file or not. */
function stateReader(): (row: EffectRow) => EffectState {
  const alive = new Map<string, boolean>();
  return (row) => {
    if (row.state !== 'pending') return row.state;
    const living = alive.get(row.ownerNonce) ?? isAlive(ownerOf(row));
    alive.set(row.ownerNonce, living);
    return living ? 'pending' : 'unknown';
  };
}

/** Opens a ledger file for people; undefined when there is none yet, for looking must not create one. */
export function openRecords(path: string, now: () => number = Date.now): EffectRecords | undefined {
  return existsSync(path) ? new EffectRecords(path, now) : undefined;
}
