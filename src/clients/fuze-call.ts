import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { System } from './client-table.js';
import { comesApart } from './wrapping.js';

/** What there is to start fuze with. Paths are absolute. */
export interface Installation {
  readonly system: System;
  /** The Node that runs now, by a path that will outlive an update where there is one. */
  readonly node: string;
  /** `node` alone finds that Node, too. */
  readonly isNodeOnPath: boolean;
  /** `bin/fuze.js`. */
  readonly script: string;
  /** `npx-cli.js` of that Node, if it has one. */
  readonly npx: string | undefined;
  readonly version: string;
}

/** The words that start fuze, or why there are none that a client could use. */
export type FuzeCall =
  | { readonly words: readonly [string, ...string[]]; readonly note?: string }
  | { readonly problem: string };

/** Folders that a package runner fills for one run and may empty at any time. */
const PASSING = /[\\/](_npx|dlx|dlx-[^\\/]*|bunx-[^\\/]*|xfs-[^\\/]*)[\\/]/;

const NPX_NOTE =
  'fuze runs out of the cache of npx, so clients will start it by npx, too; "npm install -g fuze" makes that faster and keeps it working offline';

/**
 * How a client starts fuze: by absolute paths of Node and of fuze, since desktop clients have another PATH than a
 * terminal, start in `/`, and cannot run a `.cmd`. Only a copy that may vanish is fetched again by npx.
 * `joinsArguments`: no word may be one that a shell takes apart, because the client may hand over one line.
 */
export function fuzeCall(installation: Installation, joinsArguments: boolean): FuzeCall {
  const { node, script, npx, version, isNodeOnPath } = installation;
  const canStand = (word: string): boolean => !joinsArguments || !comesApart(word);
  const isPassing = PASSING.test(script);
  // C:\Program Files\nodejs is on the PATH of every program.
  const runner = canStand(node) || !isNodeOnPath ? node : 'node';
  if (isPassing) {
    const fetched = ['-y', `fuze@${version}`] as const;
    if (npx !== undefined && canStand(npx) && canStand(runner)) {
      return { words: [runner, npx, ...fetched], note: NPX_NOTE };
    }
    return { words: ['npx', ...fetched], note: NPX_NOTE };
  }
  const stray = [runner, script].find((word) => !canStand(word));
  if (stray === undefined) return { words: [runner, script] };
  return {
    problem: `${stray} would come apart, since the client may hand a command to a shell as one line; install ${stray === script ? 'fuze' : 'Node'} in a folder without blanks`,
  };
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Folders that fnm makes for one shell, and npx for one run. */
const PASSING_NODE = /fnm_multishells|[\\/]_npx[\\/]/;

/**
 * Names of the running Node on the PATH: links such as `/opt/homebrew/bin/node` stay when the version that they
 * point to is replaced. `real` resolves links.
 */
export function nodesOnPath(
  path: string,
  execPath: string,
  system: System,
  real: (path: string) => string | undefined = realPath,
): string[] {
  const { delimiter, isAbsolute, join } = system === 'win32' ? win32 : posix;
  const name = system === 'win32' ? 'node.exe' : 'node';
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !PASSING_NODE.test(folder))
    .map((folder) => join(folder, name))
    .filter((candidate) => real(candidate) !== undefined && real(candidate) === real(execPath));
}

/** Where npm lies beside a Node: in its folder on Windows, behind the link `npx` elsewhere. */
function npxBeside(node: string, system: System): string | undefined {
  const { dirname, join } = system === 'win32' ? win32 : posix;
  const found =
    system === 'win32'
      ? realPath(join(dirname(node), 'node_modules', 'npm', 'bin', 'npx-cli.js'))
      : realPath(join(dirname(node), 'npx'));
  return found !== undefined && /npx-cli\.js$/.test(found) ? found : undefined;
}

/** `bin/fuze.js` above this file: put together into fewer files, the program lies at another depth. */
function ownScript(folder: string): string {
  const script = join(folder, 'bin', 'fuze.js');
  if (existsSync(script)) return script;
  if (dirname(folder) === folder) {
    throw new Error('fuze is not installed as it should be: there is no bin/fuze.js above it');
  }
  return ownScript(dirname(folder));
}

/** The fuze and the Node that run now. */
export function thisInstallation(
  system: System,
  env: NodeJS.ProcessEnv,
  version: string,
): Installation {
  const { execPath } = process;
  const [onPath] = nodesOnPath(env.PATH ?? '', execPath, system);
  const script = ownScript(dirname(fileURLToPath(import.meta.url)));
  return {
    system,
    node: onPath ?? execPath,
    isNodeOnPath: onPath !== undefined,
    script,
    npx: npxBeside(execPath, system),
    version,
  };
}
