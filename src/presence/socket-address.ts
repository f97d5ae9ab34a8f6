import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `sun_path` of macOS holds 104 bytes with the NUL at its end, that of Linux 108 (unix(7)). */
const LONGEST_PATH = 103;

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_PATH;
}

/**
 * Where a proxy may listen, the first place that works being the best: beside its entry in the registry, or, where the
 * home folder's path is too long for a socket or its file system has none, in a temporary folder for this user alone.
 */
export function* socketAddresses(folder: string, name: string): Generator<string, void> {
  if (process.platform === 'win32') {
    yield `\\\\.\\pipe\\fuze-${name}`;
    return;
  }
  const beside = join(folder, `${name}.sock`);
  if (fits(beside)) yield beside;
  // Made when it is asked for: mkdtemp creates it with mode 0700.
  const aside = join(mkdtempSync(join(tmpdir(), 'fuze-')), 's');
  if (fits(aside)) yield aside;
}
