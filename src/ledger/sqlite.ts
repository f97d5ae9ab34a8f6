import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';
import { LedgerError } from './ledger-error.js';

export type Database = Sqlite.Database;
export type Statement<Parameters extends unknown[], Row = unknown> = Sqlite.Statement<
  Parameters,
  Row
>;

/** Milliseconds that SQLite waits for another process's transaction; ours take well under one. */
const BUSY_TIMEOUT = 5_000;

/**
 * Opens a SQLite file. The native module is loaded here and nowhere else, so that whoever
 * declares no side effect never needs it.
 */
export function openSqlite(path: string, options: { readonly mustExist: boolean }): Database {
  let open: () => Database;
  try {
    const Constructor: typeof Sqlite = createRequire(import.meta.url)('better-sqlite3');
    // The native part is only loaded by the first database, so load it before judging the file.
    new Constructor(':memory:').close();
    open = () => new Constructor(path, { fileMustExist: options.mustExist, timeout: BUSY_TIMEOUT });
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new LedgerError(
      `side effects need the native module better-sqlite3, which cannot be loaded here (Node ${process.version}, ${process.platform}-${process.arch}): ${message}. ` +
        'Install fuze again with the Node version that runs it (npm rebuild better-sqlite3), or take side_effect out of fuze.toml.',
      { cause: error },
    );
  }
  return open();
}
