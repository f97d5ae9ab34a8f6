import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { ClientSpec, Level, System } from './client-table.js';

/** Where to look; `home` and `cwd` are absolute. */
export interface Machine {
  readonly system: System;
  readonly home: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A configuration file that is there. */
export interface ConfigFile {
  readonly client: ClientSpec;
  readonly level: Level;
  readonly path: string;
}

export interface Candidate {
  readonly level: Level;
  /** Absolute, in the writing of the system; may hold a `*`. */
  readonly path: string;
}

/** An empty variable counts as not set. */
function baseFolder(name: string, { system, home, cwd, env }: Machine): string {
  const { join } = system === 'win32' ? win32 : posix;
  switch (name) {
    case '$home':
      return home;
    case '$cwd':
      return cwd;
    case '$appData':
      if (system === 'darwin') return join(home, 'Library', 'Application Support');
      if (system === 'win32') return env.APPDATA || join(home, 'AppData', 'Roaming');
      return env.XDG_CONFIG_HOME || join(home, '.config');
    case '$localAppData':
      return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
    case '$codex':
      return env.CODEX_HOME || join(home, '.codex');
    case '$claudeCode':
      return env.CLAUDE_CONFIG_DIR || home;
    default:
      throw new Error(`client-table.ts names the base folder ${name}, which is not known`);
  }
}

/** Every path where the client may keep servers on such a machine, whether there is a file or not. */
export function candidatePaths(client: ClientSpec, machine: Machine): readonly Candidate[] {
  const { join } = machine.system === 'win32' ? win32 : posix;
  return client.places
    .filter(({ systems }) => systems === undefined || systems.includes(machine.system))
    .map(({ level, path }) => {
      const [base = '', ...rest] = path.split('/');
      return { level, path: join(baseFolder(base, machine), ...rest) };
    });
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not there, or not ours to look into.
    return [];
  }
}

/** The paths that a pattern stands for and that are there. */
function expand(pattern: string): readonly string[] {
  const [, parent, prefix = '', rest = ''] = /^(.*[\\/])([^\\/*]*)\*(.*)$/s.exec(pattern) ?? [];
  const paths =
    parent === undefined
      ? [pattern]
      : entriesOf(parent)
          .filter((name) => name.startsWith(prefix))
          .map((name) => `${parent}${name}${rest}`);
  return paths.filter((path) => existsSync(path));
}

/** The files of these clients on this machine; one that is reached in two ways is listed once. */
export function locateFiles(clients: readonly ClientSpec[], machine: Machine): ConfigFile[] {
  const seen = new Set<string>();
  return clients.flatMap((client) =>
    candidatePaths(client, machine)
      .flatMap(({ level, path }) => expand(path).map((found) => ({ client, level, path: found })))
      .filter(({ path }) => {
        const key = `${client.id} ${realpathSync(path)}`;
        return !seen.has(key) && seen.add(key);
      }),
  );
}

/**
 * Files of clients that run on the Windows around this WSL. They are told, never written: what they start runs on
 * Windows, where the paths of this fuze and this Node mean nothing.
 */
export function locateWindowsFiles(
  clients: readonly ClientSpec[],
  machine: Machine,
  users = '/mnt/c/Users',
): ConfigFile[] {
  if (machine.system !== 'wsl') return [];
  const homes = entriesOf(users).map((name) => posix.join(users, name));
  return homes.flatMap((home) =>
    clients.flatMap((client) =>
      candidatePaths(client, { ...machine, system: 'win32', home, env: {} })
        .filter(({ level }) => level === 'user')
        .flatMap(({ path }) => expand(path.replaceAll('\\', '/')))
        .map((path) => ({ client, level: 'user' as const, path })),
    ),
  );
}
