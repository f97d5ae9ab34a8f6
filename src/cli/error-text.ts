/** What the commonest errors of the file system mean, and what to do. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder, and a file is needed',
  ENOTDIR: 'a part of the path is a file, and a folder is needed',
  EACCES: 'you are not allowed to; look at its owner and mode',
  EPERM: 'you are not allowed to; look at its owner and mode',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open; raise the limit with "ulimit -n"',
};

/** Why a file could not be used, for people. */
export function fileReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return MEANINGS[code] ?? error.message;
}

/** An error that no command expected: of the system, with its path, or a fault of fuze. */
export function errorText(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  const trace = verbose ? `\n${error.stack ?? ''}` : '';
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  if ('syscall' in error) {
    const where = path === undefined ? '' : `${path}: `;
    return `${where}${fileReason(error)}${trace}`;
  }
  const hint = verbose ? '' : ' Please report it with what "fuze --verbose <command>" says.';
  return `internal error: ${error.message}.${hint}${trace}`;
}
