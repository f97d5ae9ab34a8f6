import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, type ProcessIdentity, thisProcess } from './identity.js';

/** Held until `release` is called or the process dies: a lock whose holder is dead is taken over. */
export interface FileLock {
  release(): void;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Written aside and linked into place, so that a lock file never lacks its holder. */
function create(path: string): boolean {
  const draft = `${path}.${thisProcess().nonce}`;
  writeFileSync(draft, JSON.stringify(thisProcess()), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The holder, or undefined for a file that is gone or that fuze did not write. */
function holderOf(path: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, started, nonce } = value as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof nonce !== 'string') {
      return undefined;
    }
    return { pid, started, nonce };
  } catch {
    return undefined;
  }
}

/** Removes this process's own lock, not that of whoever took it over. */
function release(path: string): void {
  if (holderOf(path)?.nonce === thisProcess().nonce) rmSync(path, { force: true });
}

/** It was a newcomer's fresh lock after all, who believes to hold it. */
function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/**
 * Takes the lock file at `path`, or returns undefined when a living process holds it.
 * Throws what the file system throws (no such folder, read-only, full).
 */
export function acquireLock(path: string): FileLock | undefined {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (create(path)) return { release: () => release(path) };
    const holder = holderOf(path);
    if (holder === undefined ? existsSync(path) : isAlive(holder)) return undefined;
    if (holder === undefined) continue;
    // Moved aside rather than removed: of two that find the same dead holder, only one moves that file.
    const aside = `${path}.${thisProcess().nonce}`;
    try {
      renameSync(path, aside);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) continue;
      throw error;
    }
    const isDead = holderOf(aside)?.nonce === holder.nonce;
    if (!isDead) putBack(aside, path);
    rmSync(aside, { force: true });
    if (!isDead) return undefined;
  }
  return undefined;
}
