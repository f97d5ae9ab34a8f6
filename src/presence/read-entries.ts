import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessIdentity } from '../process/identity.js';
import { PROTOCOL } from './protocol.js';
import type { ProxyEntry } from './proxy-entry.js';

const text = z.string().max(4_096);

const entrySchema: z.ZodType<ProxyEntry> = z.object({
  fuze: z.literal(PROTOCOL),
  process: z.object({ pid: z.int().positive(), started: text, nonce: z.hex().length(16) }),
  host: text,
  socket: text.min(1),
  name: text,
  version: text,
  started: z.iso.datetime(),
  config: text.nullable(),
  stateDir: text,
  listens: text.nullable(),
});

/** What another version of fuze leaves: enough to name it. */
const strangerSchema = z.object({
  fuze: z.int(),
  process: z.object({
    pid: z.int().positive(),
    started: text.catch(''),
    nonce: text.catch(''),
  }),
  version: text,
});

/** A proxy of a version of fuze with which this one cannot speak. */
export interface Stranger {
  readonly process: ProcessIdentity;
  readonly version: string;
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // It has gone in between, or is not fuze's.
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** All entries of the registry, whether their processes live or not. Throws what the file system says. */
export function readEntries(folder: string): {
  readonly entries: readonly ProxyEntry[];
  readonly strangers: readonly Stranger[];
} {
  const entries: ProxyEntry[] = [];
  const strangers: Stranger[] = [];
  for (const name of namesIn(folder)) {
    const value = parsed(join(folder, name));
    const entry = entrySchema.safeParse(value);
    // The name decides which file is removed later, and must be the entry's own.
    if (entry.success && name === `${entry.data.process.nonce}.json`) {
      entries.push(entry.data);
      continue;
    }
    const stranger = strangerSchema.safeParse(value);
    if (!stranger.success || stranger.data.fuze === PROTOCOL) continue;
    strangers.push(stranger.data);
  }
  return { entries, strangers };
}
