import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KNOWN_KEYS } from '../../src/config/known-keys.js';
import { loadSettings } from '../../src/config/load.js';
import { parseTomlText } from '../../src/config/toml-file.js';
import { tempFolder } from './temp-folder.js';

const example = readFileSync(new URL('../../fuze.toml.example', import.meta.url), 'utf8');

/** All settings, with those of a tool in place of the function. */
function settingsOf(kind: 'proxy' | 'library', folder: string, config?: string) {
  const flags = config === undefined ? {} : { config };
  const settings = loadSettings({ kind, flags, env: {}, cwd: folder, home: folder });
  const { tool, ...guard } = settings.guard;
  return { ...settings, guard, tool: tool('any'), file: undefined };
}

describe('fuze.toml.example', () => {
  it.each(['proxy', 'library'] as const)('loads, and equals the defaults of the %s', (kind) => {
    const folder = tempFolder({ 'example.toml': example });
    const loaded = settingsOf(kind, folder, join(folder, 'example.toml'));
    expect(loaded).toEqual(settingsOf(kind, folder));
  });

  it('names every key of every section, and no other', () => {
    const shown = new Map<string, string[]>();
    let section = '';
    for (const line of example.split('\n')) {
      const header = /^(?:# )?\[([^\]]+)\]/.exec(line)?.[1];
      if (header !== undefined) {
        section = header.replace(/^proxy\.tools\..*/, 'proxy.tools.<name>');
      }
      const key = /^(?:# )?(\w+) = /.exec(line)?.[1];
      if (key !== undefined) shown.set(section, [...(shown.get(section) ?? []), key]);
      for (const [, price] of line.matchAll(/[{,] (\w+) = /g)) {
        shown.set('providers.<name>', [...(shown.get('providers.<name>') ?? []), price ?? '']);
      }
    }
    const sorted = (keys: Iterable<readonly [string, readonly string[]]>) =>
      Object.fromEntries([...keys].map(([name, names]) => [name, [...names].sort()]));
    expect(sorted(shown)).toEqual(sorted(KNOWN_KEYS));
  });

  it('has only lines that hold when they are commented in', () => {
    const olds = /^# (kill_on_loop|progress_window) = .*\n/gm;
    const text = example.replace(olds, '').replace(/^# (?=\[|"|\w+ = )/gm, '');
    expect(text).toContain('\n[proxy.tools.execute]');
    const result = parseTomlText(text, 'fuze.toml');
    expect('problems' in result ? result.problems : []).toEqual([]);
  });

  it('shows the defaults also where they are commented', () => {
    // Without the old names, and without the section whose keys have no default of their own.
    const text = example
      .replace(/^# \[proxy\.tools\.execute\][\s\S]*(?=^\[trip\])/m, '')
      .replace(/^# (?=(?!kill_on_loop|progress_window)\w+ = |\[proxy\.tools)/gm, '');
    expect(text).toContain('\nestimated_cost');
    const folder = tempFolder({ 'example.toml': text });
    const loaded = settingsOf('proxy', folder, join(folder, 'example.toml'));
    expect(loaded).toEqual(settingsOf('proxy', folder));
  });
});
