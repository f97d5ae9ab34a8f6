import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KNOWN_KEYS } from '../../src/config/known-keys.js';
import { loadSettings } from '../../src/config/load.js';
import type { Settings } from '../../src/config/settings.js';
import { tempFolder } from './temp-folder.js';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

/** key -> default as written, of the table under a section's heading. */
function tableOf(section: string): Map<string, string> {
  const [, rest = ''] = page.split(`\n### \`[${section}]\`\n`);
  const [part = ''] = rest.split(/\n##/);
  const rows = part.matchAll(/^\| `(\w+)` \| [^|]+ \| (?:`([^`]+)`|–) \| /gm);
  return new Map([...rows].map(([, key = '', value = '']) => [key, value]));
}

function headingOf(section: string): string {
  return section === 'providers.<name>' ? 'providers' : section;
}

function settingsOf(kind: 'proxy' | 'library', toml: string) {
  const folder = tempFolder({ 'fuze.toml': toml });
  const settings: Settings = loadSettings({ kind, flags: {}, env: {}, cwd: folder, home: folder });
  const { tool, ...guard } = settings.guard;
  const text = JSON.stringify({ ...settings, guard, tool: tool('any'), file: undefined });
  return text.replaceAll(folder, '<folder>');
}

describe('docs/configuration.md', () => {
  it.each([...KNOWN_KEYS])('[%s] has a row for every key, and no other', (section, keys) => {
    // [proxy] says in a sentence that it takes the keys of [defaults] too.
    const repeated = section === 'proxy' ? KNOWN_KEYS.get('defaults') : [];
    const expected = keys.filter((key) => !repeated?.includes(key));
    expect([...tableOf(headingOf(section)).keys()].sort()).toEqual([...expected].sort());
  });

  it('shows the defaults: written into a file they change nothing', () => {
    const none = settingsOf('library', '');
    const proxyNone = settingsOf('proxy', '');
    for (const section of KNOWN_KEYS.keys()) {
      const written = [...tableOf(headingOf(section))].filter(([, value]) => value !== '');
      for (const [key, value] of written) {
        const toml = `${section.replace('<name>', '"*"')}.${key} = ${value}`;
        expect([toml, settingsOf('library', toml)]).toEqual([toml, none]);
        if (key !== 'max_iterations' && key !== 'on_loop') {
          expect([toml, settingsOf('proxy', toml)]).toEqual([toml, proxyNone]);
        }
      }
    }
    expect(tableOf('loop_detection').size).toBeGreaterThan(10);
  });

  it('shows a dash only where nothing is the default', () => {
    const dashes = [...KNOWN_KEYS.keys()].flatMap((section) =>
      [...tableOf(headingOf(section))].filter(([, value]) => value === '').map(([key]) => key),
    );
    expect(dashes).toEqual([
      'kill_on_loop',
      'progress_window',
      'idempotency_args',
      'max_calls_per_run',
      'timeout',
      'on_loop',
      'ignore_args',
      'input',
      'output',
    ]);
  });

  it('shows errors as they are', () => {
    const [, rest = ''] = page.split('\n## Errors\n');
    const [, toml = ''] = /```toml\n([\s\S]*?)```/.exec(rest) ?? [];
    const [, sample = ''] = /```text\n([\s\S]*?)\n```/.exec(rest) ?? [];
    const folder = tempFolder({ 'fuze.toml': toml });
    const load = () =>
      loadSettings({
        kind: 'proxy',
        flags: { maxCost: 'abc' },
        env: {},
        cwd: folder,
        home: folder,
      });
    expect(load).toThrow(
      expect.objectContaining({
        message: sample.replaceAll('/home/me/fuze.toml', join(folder, 'fuze.toml')),
      }),
    );
  });

  it.each([
    'FUZE_CONFIG',
    'FUSEGUARD_TRIP_LOG',
    'FUZE_TOKEN',
    'FUZE=0',
    'DRIFTGUARD_FUSE=0',
    '--config',
    '--state-dir',
    '--max-cost',
    '--max-iterations',
    '--trace',
    '--trip-log',
    '--shadow',
    '~/.fuze/fuze.toml',
  ])('names %s', (name) => {
    expect(page).toContain(name);
  });

  it('has a first example that loads', () => {
    const [, toml = ''] = /```toml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(settingsOf('proxy', toml)).toContain('"maxCostPerRun":2500000');
  });
});
