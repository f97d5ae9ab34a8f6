import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { CLIENTS, type System } from '../../src/clients/client-table.js';
import { candidatePaths, type Machine } from '../../src/clients/locate-files.js';
import { isTable } from '../../src/clients/server-entry.js';
import { readWrapped } from '../../src/clients/wrapped-command.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const page = readFileSync(join(root, 'docs/clients.md'), 'utf8');
const sectionOf = (title: string): string =>
  page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

const unix = (system: System): Machine => ({ system, home: '~', cwd: '.', env: {} });
const MACHINES: readonly Machine[] = [
  unix('darwin'),
  unix('linux'),
  {
    system: 'win32',
    home: '%USERPROFILE%',
    cwd: '.',
    env: { APPDATA: '%APPDATA%', LOCALAPPDATA: '%LOCALAPPDATA%' },
  },
];

/** The samples of a section, parsed. */
function samplesOf(section: string): unknown[] {
  return [...section.matchAll(/```(json|toml)\n(.*?)```/gs)].map(([, format, text = '']) =>
    format === 'json' ? JSON.parse(text) : parseToml(text),
  );
}

describe('docs/clients.md', () => {
  it.each(CLIENTS)(
    'has a section for $title with each of its places and the command',
    ({ id, title }) => {
      const section = sectionOf(title);
      expect(section).toContain(`fuze install ${id}`);
      const client = CLIENTS.filter((known) => known.id === id);
      const places = client.flatMap((known) =>
        MACHINES.flatMap((machine) => candidatePaths(known, machine).map(({ path }) => path)),
      );
      // Profiles and the Insiders edition are told in words; a project's file is written for one system.
      const written = places.filter((path) => !/profiles|Insiders|^\.[^\\]*\\/.test(path));
      for (const path of written) expect(section).toContain(`\`${path}\``);
    },
  );

  it.each(CLIENTS)(
    'has a sample for $title that is an entry with fuze in it',
    ({ title, serverTables }) => {
      const samples = samplesOf(sectionOf(title));
      expect(samples.length).toBeGreaterThan(0);
      for (const sample of samples) {
        const servers = isTable(sample) ? sample[serverTables[0]?.[0] ?? ''] : undefined;
        const entries = Object.values(isTable(servers) ? servers : {});
        expect(entries.length).toBeGreaterThan(0);
        for (const entry of entries) {
          expect(isTable(entry) ? readWrapped(entry)?.kind : undefined).toMatch(/command|url/);
        }
      }
    },
  );
});
