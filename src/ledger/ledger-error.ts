/** A ledger that cannot be opened, read or written. The message is meant for people. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return '';
}

function explain(path: string, code: string, message: string): string {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return `the disk that holds the ledger ${path} is full. Free some space; until then declared side effects are refused.`;
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return (
      `the ledger ${path} is damaged or is not a ledger (${message}). It may hold side effects that have run, so fuze does not replace it. ` +
      'Restore it from a copy, or look into what has run and then move the file (and the -wal and -shm files beside it) away; fuze then starts an empty one.'
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return `the ledger ${path} stayed locked by another process for 5 s. Look for a program that holds it open (a database browser, a backup).`;
  }
  if (code.startsWith('SQLITE_READONLY') || ['EROFS', 'EACCES', 'EPERM'].includes(code)) {
    return `the ledger ${path} cannot be written (${message}). Make the file and its folder writable for this user, or choose another place with --state-dir.`;
  }
  if (code.startsWith('SQLITE_CANTOPEN') || ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) {
    return `the ledger ${path} cannot be opened (${message}). Check that it is a file in a folder that this user may write, or choose another place with --state-dir.`;
  }
  return `the ledger ${path} cannot be used: ${message}${code === '' || message.includes(code) ? '' : ` (${code})`}.`;
}

/** Puts what SQLite or the file system threw into words; a LedgerError passes as it is. */
export function asLedgerError(path: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new LedgerError(explain(path, codeOf(error), message), { cause: error });
}
