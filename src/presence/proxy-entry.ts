import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from '../process/identity.js';
import type { PROTOCOL, ProxyFacts } from './protocol.js';

/** The file of one proxy in the registry. */
export interface ProxyEntry extends ProxyFacts {
  /** Version of the protocol that it speaks. */
  readonly fuze: typeof PROTOCOL;
  readonly process: ProcessIdentity;
  /** A home folder may be shared by machines, and a process lives on one of them. */
  readonly host: string;
  readonly socket: string;
}

/** The registry: always in the home folder, wherever the state is kept, so that one look finds all proxies of a user. */
export function proxiesFolder(home: string): string {
  return join(home, '.fuze', 'proxies');
}

/** Creates the registry where there is none, readable by this user alone. */
export function createFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function fileOf(folder: string, { process: { nonce } }: Pick<ProxyEntry, 'process'>): string {
  return join(folder, `${nonce}.json`);
}

/** Adds an entry; whoever looks sees it whole or not at all. */
export function writeEntry(folder: string, entry: ProxyEntry): void {
  const file = fileOf(folder, entry);
  writeFileSync(`${file}.new`, JSON.stringify(entry), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Removes an entry and its socket, also one that another process has left. */
export function removeEntry(folder: string, entry: Pick<ProxyEntry, 'process' | 'socket'>): void {
  rmSync(fileOf(folder, entry), { force: true });
  if (process.platform === 'win32') return;
  removeSocket(folder, entry.socket);
}

/** Removes a socket, and the temporary folder that was made for it. */
export function removeSocket(folder: string, socket: string): void {
  if (lstatSync(socket, { throwIfNoEntry: false })?.isSocket() === true) rmSync(socket);
  if (dirname(socket) === folder) return;
  try {
    // Only an empty folder can be removed so.
    rmdirSync(dirname(socket));
  } catch {
    // It is gone, or holds something of somebody else.
  }
}
