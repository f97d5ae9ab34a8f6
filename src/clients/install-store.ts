import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../files/replace-file.js';
import type { EntryTexts } from './unwrap-server.js';

/** What `fuze install` changed in a file: the way back, word for word. */
export interface InstallRecord extends EntryTexts {
  readonly path: readonly string[];
}

const recordsShape = z.object({
  file: z.string(),
  client: z.string(),
  servers: z.array(
    z.object({ path: z.array(z.string()), original: z.string(), wrapped: z.string() }),
  ),
});

const RECORDS = 'servers.json';

function readRecords(folder: string): z.infer<typeof recordsShape> | undefined {
  try {
    return recordsShape.parse(JSON.parse(readFileSync(join(folder, RECORDS), 'utf8')));
  } catch {
    // The way back can be computed from the command lines, too.
    return undefined;
  }
}

/** Copies of one file that are kept; each write adds one. */
const BACKUPS = 5;

/**
 * Keeps what is needed to undo: a folder per configuration file, named after its path. Entries may hold secrets, so
 * everything is its owner's only. Methods throw what the file system throws.
 */
export class InstallStore {
  /** `folder` is `~/.fuze/installs`, whatever `fuze.toml` is in force, so that it is found again from anywhere. */
  constructor(readonly folder: string) {}

  #folderOf(file: string): string {
    return join(this.folder, createHash('sha256').update(file).digest('hex').slice(0, 16));
  }

  /** The records of a file by its real path; none when they are gone or damaged. */
  read(file: string): readonly InstallRecord[] {
    return readRecords(this.#folderOf(file))?.servers ?? [];
  }

  /** The files that have records, and the ids of their clients. */
  files(): readonly { readonly file: string; readonly client: string }[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder).flatMap((name) => readRecords(join(this.folder, name)) ?? []);
  }

  write(file: string, client: string, servers: readonly InstallRecord[]): void {
    const folder = this.#folderOf(file);
    const path = join(folder, RECORDS);
    if (servers.length === 0) {
      rmSync(path, { force: true });
      return;
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replaceFile(path, `${JSON.stringify({ file, client, servers }, undefined, 2)}\n`);
  }

  /** Copies the bytes of a file aside and returns the path; old copies go. */
  backUp(file: string, bytes: Uint8Array, now: Date): string {
    const folder = this.#folderOf(file);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const ending = `.${basename(file)}.backup`;
    const path = join(folder, `${now.toISOString().replaceAll(':', '-')}${ending}`);
    replaceFile(path, bytes);
    const copies = readdirSync(folder).filter((name) => name.endsWith('.backup'));
    for (const name of copies.sort().slice(0, -BACKUPS)) rmSync(join(folder, name));
    return path;
  }
}
