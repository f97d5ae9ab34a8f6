import { readFileSync } from 'node:fs';
import { FileProblem, placeOf } from './file-problem.js';
import { readJsonServers } from './json-servers.js';
import type { ConfigFile } from './locate-files.js';
import type { ServerEntry } from './server-entry.js';
import { TextProblem } from './text-problem.js';
import { readTomlServers } from './toml-servers.js';

/** A configuration file and what it says; `bom` and `text` together are its bytes. */
export interface ServersFile {
  readonly bytes: Buffer;
  readonly bom: string;
  readonly text: string;
  readonly servers: readonly ServerEntry[];
}

const BOM = '\uFEFF';

/** Finds the servers in the text of a file. Throws a FileProblem with line and column. */
export function parseServers({ client, path }: ConfigFile, text: string): readonly ServerEntry[] {
  try {
    const read = client.format === 'json' ? readJsonServers : readTomlServers;
    return read(text, client.serverTables);
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error;
    throw new FileProblem(path, error.message, placeOf(text, error.offset));
  }
}

/** Reads a configuration file. Throws a FileProblem for one that cannot be read or understood. */
export function readServers(file: ConfigFile): ServersFile {
  let bytes: Buffer;
  let whole: string;
  try {
    bytes = readFileSync(file.path);
    whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FileProblem(
      file.path,
      error instanceof TypeError ? 'not valid UTF-8' : `cannot be read: ${reason}`,
    );
  }
  const bom = whole.startsWith(BOM) ? BOM : '';
  const text = whole.slice(bom.length);
  return { bytes, bom, text, servers: parseServers(file, text) };
}
