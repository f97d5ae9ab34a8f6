import { lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolvePath } from './paths.js';
import type { Problem } from './problems.js';

const FILE_NAME = 'fuze.toml';

/** Where to look; `flag` is the value of `--config`. */
export interface LookupPlaces {
  readonly flag?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
}

/** The absolute path of the file in force, undefined when there is none; or why none can be chosen. */
export type Located = { readonly file: string | undefined } | { readonly problem: Problem };

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** A dangling link counts as there: its owner meant a file, and reading it will say that it is gone. */
function isThere(file: string): boolean {
  try {
    if (lstatSync(file).isSymbolicLink())
      return !(statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false);
    return !statSync(file).isDirectory();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    // Not to be told from a file that is there: fail closed, reading it will say why.
    return true;
  }
}

function named(written: string, source: string, key: string, places: LookupPlaces): Located {
  const file = resolvePath(written, places.cwd, places.home);
  if (written !== '' && isThere(file)) return { file };
  const text = `found ${JSON.stringify(written)}, allowed is the path of a file that exists (looked for ${file})`;
  return { problem: { source, key, text } };
}

/** Chooses the `fuze.toml` in force: `--config`, `FUZE_CONFIG`, the working directory and its parents, `~/.fuze/`. */
export function locateConfig(places: LookupPlaces): Located {
  const { flag, env, cwd, home } = places;
  if (flag !== undefined) return named(flag, 'command line', '--config', places);
  const fromEnv = env.FUZE_CONFIG;
  if (fromEnv !== undefined && fromEnv !== '') {
    return named(fromEnv, 'environment', 'FUZE_CONFIG', places);
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, FILE_NAME);
    if (isThere(file)) return { file };
    if (dirname(folder) === folder) break;
  }
  const file = join(home, '.fuze', FILE_NAME);
  return { file: isThere(file) ? file : undefined };
}
