import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIENTS } from '../../src/clients/client-table.js';
import {
  candidatePaths,
  locateFiles,
  locateWindowsFiles,
  type Machine,
} from '../../src/clients/locate-files.js';
import { clientOf } from './support/client-files.js';
import { testFolder } from './support/desk.js';

const MAC: Machine = { system: 'darwin', home: '/Users/me', cwd: '/work', env: {} };
const LINUX: Machine = { system: 'linux', home: '/home/me', cwd: '/work', env: {} };
const WSL: Machine = { ...LINUX, system: 'wsl' };
const WINDOWS: Machine = { system: 'win32', home: 'C:\\Users\\Ada King', cwd: 'D:\\work', env: {} };
const MACHINES = { mac: MAC, linux: LINUX, wsl: WSL, windows: WINDOWS };
const APP_DATA = 'C:\\Users\\Ada King\\AppData';

const PLACES: readonly (readonly [string, keyof typeof MACHINES, string, readonly string[]])[] = [
  [
    'claude-desktop',
    'mac',
    'user',
    ['/Users/me/Library/Application Support/Claude/claude_desktop_config.json'],
  ],
  ['claude-desktop', 'linux', 'user', ['/home/me/.config/Claude/claude_desktop_config.json']],
  ['claude-desktop', 'wsl', 'user', ['/home/me/.config/Claude/claude_desktop_config.json']],
  [
    'claude-desktop',
    'windows',
    'user',
    [
      `${APP_DATA}\\Roaming\\Claude\\claude_desktop_config.json`,
      `${APP_DATA}\\Local\\Packages\\Claude_*\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json`,
    ],
  ],
  ['claude-desktop', 'mac', 'project', []],
  ['claude-code', 'mac', 'user', ['/Users/me/.claude.json']],
  ['claude-code', 'linux', 'user', ['/home/me/.claude.json']],
  ['claude-code', 'windows', 'user', ['C:\\Users\\Ada King\\.claude.json']],
  ['claude-code', 'linux', 'project', ['/work/.mcp.json']],
  ['claude-code', 'windows', 'project', ['D:\\work\\.mcp.json']],
  ['cursor', 'mac', 'user', ['/Users/me/.cursor/mcp.json']],
  ['cursor', 'windows', 'user', ['C:\\Users\\Ada King\\.cursor\\mcp.json']],
  ['cursor', 'linux', 'project', ['/work/.cursor/mcp.json']],
  [
    'vscode',
    'mac',
    'user',
    [
      '/Users/me/Library/Application Support/Code/User/mcp.json',
      '/Users/me/Library/Application Support/Code/User/profiles/*/mcp.json',
      '/Users/me/Library/Application Support/Code - Insiders/User/mcp.json',
      '/Users/me/Library/Application Support/Code - Insiders/User/profiles/*/mcp.json',
    ],
  ],
  [
    'vscode',
    'windows',
    'user',
    [
      `${APP_DATA}\\Roaming\\Code\\User\\mcp.json`,
      `${APP_DATA}\\Roaming\\Code\\User\\profiles\\*\\mcp.json`,
      `${APP_DATA}\\Roaming\\Code - Insiders\\User\\mcp.json`,
      `${APP_DATA}\\Roaming\\Code - Insiders\\User\\profiles\\*\\mcp.json`,
    ],
  ],
  [
    'vscode',
    'wsl',
    'user',
    [
      '/home/me/.config/Code/User/mcp.json',
      '/home/me/.config/Code/User/profiles/*/mcp.json',
      '/home/me/.config/Code - Insiders/User/mcp.json',
      '/home/me/.config/Code - Insiders/User/profiles/*/mcp.json',
      '/home/me/.vscode-server/data/User/mcp.json',
    ],
  ],
  ['vscode', 'linux', 'project', ['/work/.vscode/mcp.json']],
  ['windsurf', 'linux', 'user', ['/home/me/.codeium/windsurf/mcp_config.json']],
  ['windsurf', 'windows', 'user', ['C:\\Users\\Ada King\\.codeium\\windsurf\\mcp_config.json']],
  ['windsurf', 'mac', 'project', []],
  ['codex', 'mac', 'user', ['/Users/me/.codex/config.toml']],
  ['codex', 'windows', 'user', ['C:\\Users\\Ada King\\.codex\\config.toml']],
  ['codex', 'linux', 'project', ['/work/.codex/config.toml']],
];

describe('a client keeps its servers', () => {
  it.each(PLACES)('%s on %s, %s level', (id, machine, level, expected) => {
    const places = candidatePaths(clientOf(id), MACHINES[machine]);
    expect(places.filter((place) => place.level === level).map(({ path }) => path)).toEqual(
      expected,
    );
  });

  it.each([
    [
      'claude-desktop',
      WINDOWS,
      { APPDATA: 'E:\\Roaming' },
      'E:\\Roaming\\Claude\\claude_desktop_config.json',
    ],
    [
      'claude-desktop',
      LINUX,
      { XDG_CONFIG_HOME: '/xdg' },
      '/xdg/Claude/claude_desktop_config.json',
    ],
    ['codex', LINUX, { CODEX_HOME: '/codex' }, '/codex/config.toml'],
    ['codex', LINUX, { CODEX_HOME: '' }, '/home/me/.codex/config.toml'],
    ['claude-code', MAC, { CLAUDE_CONFIG_DIR: '/cc' }, '/cc/.claude.json'],
  ])('%s elsewhere when %s', (id, machine, env, expected) => {
    expect(candidatePaths(clientOf(id), { ...machine, env })[0]?.path).toBe(expected);
  });
});

function touch(...parts: readonly string[]): string {
  const path = join(...parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{}');
  return path;
}

describe('of these places fuze takes', () => {
  it('those that are there, also by a pattern', () => {
    const home = testFolder();
    const first = touch(home, '.config/Code/User/profiles/1a/mcp.json');
    const second = touch(home, '.config/Code/User/profiles/2b/mcp.json');
    mkdirSync(join(home, '.config/Code/User/profiles/none'));
    const files = locateFiles(CLIENTS, { ...LINUX, home, cwd: home });
    expect(files.map(({ path }) => path).sort()).toEqual([first, second]);
  });

  it('a file once, when the home is the working directory or a link leads to it', () => {
    const home = testFolder();
    const path = touch(home, '.cursor/mcp.json');
    expect(locateFiles(CLIENTS, { ...LINUX, home, cwd: home }).map((file) => file.path)).toEqual([
      path,
    ]);
    const cwd = testFolder();
    mkdirSync(join(cwd, '.cursor'));
    symlinkSync(path, join(cwd, '.cursor/mcp.json'));
    expect(locateFiles(CLIENTS, { ...LINUX, home, cwd })).toHaveLength(1);
  });
});

it('tells of files on the Windows around a WSL, and of none elsewhere', () => {
  const users = testFolder();
  const path = touch(users, 'Ada King/AppData/Roaming/Claude/claude_desktop_config.json');
  const packaged = touch(
    users,
    'Ada King/AppData/Local/Packages/Claude_1/LocalCache/Roaming/Claude/claude_desktop_config.json',
  );
  touch(users, 'Ada King/.mcp.json');
  const found = locateWindowsFiles(CLIENTS, WSL, users);
  expect(found.map((file) => file.path)).toEqual([path, packaged]);
  expect(locateWindowsFiles(CLIENTS, LINUX, users)).toEqual([]);
  expect(locateWindowsFiles(CLIENTS, WSL, join(users, 'none'))).toEqual([]);
});
