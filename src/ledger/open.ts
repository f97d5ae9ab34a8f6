import { type LedgerOptions, SqliteLedger } from './sqlite-ledger.js';

/** Opens the ledger of one server, creating the file when it is missing. Throws a LedgerError that says what to do. */
export function openLedger(options: LedgerOptions): SqliteLedger {
  return new SqliteLedger(options);
}
