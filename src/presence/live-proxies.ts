import { hostname } from 'node:os';
import { isAlive } from '../process/identity.js';
import { askStatus, NoAnswer } from './ask.js';
import type { ProxyReport } from './protocol.js';
import { type ProxyEntry, proxiesFolder, removeEntry } from './proxy-entry.js';
import { readEntries, type Stranger } from './read-entries.js';

/** A proxy that lives: with its state, or with why it does not tell it. */
export interface FoundProxy {
  readonly entry: ProxyEntry;
  readonly report: ProxyReport | undefined;
  readonly problem: string | undefined;
}

/** All live proxies of a user. */
export interface FoundProxies {
  /** In the order in which they started. */
  readonly proxies: readonly FoundProxy[];
  readonly strangers: readonly Stranger[];
}

async function look(folder: string, entry: ProxyEntry): Promise<FoundProxy | undefined> {
  try {
    return { entry, report: await askStatus(entry.socket), problem: undefined };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (error.kind === 'nobody') {
      // On another machine that shares this home folder, it may well be alive.
      if (entry.host !== hostname()) return undefined;
      if (!isAlive(entry.process)) {
        removeEntry(folder, entry);
        return undefined;
      }
      // It lives, and takes itself out of the registry at this moment.
      if (!readEntries(folder).entries.some(({ socket }) => socket === entry.socket)) return;
    }
    return { entry, report: undefined, problem: error.message };
  }
}

/** Asks every proxy in the user's registry; what dead ones have left there is removed. */
export async function liveProxies(home: string): Promise<FoundProxies> {
  const folder = proxiesFolder(home);
  const { entries, strangers } = readEntries(folder);
  const found = await Promise.all(entries.map((entry) => look(folder, entry)));
  return {
    proxies: found
      .filter((proxy) => proxy !== undefined)
      .sort((a, b) => a.entry.started.localeCompare(b.entry.started)),
    strangers: strangers.filter(({ process }) => isAlive(process)),
  };
}
