import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTraces } from '../../src/report/read-traces.js';
import { textReport } from '../../src/report/text-report.js';
import { writeShadowTrace, writeShopTrace } from './support/sample-traces.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const page = readFileSync(new URL('../../docs/report.md', import.meta.url), 'utf8');

/** Every member of a JSON value, whatever its depth. */
function membersOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(membersOf);
  return Object.entries(value).flatMap(([name, member]) => [name, ...membersOf(member)]);
}

it('docs/report.md tells every member of the JSON form', async () => {
  const files = ['shop', 'shadow', 'broken', 'none'].map((name) => join(folder, name));
  writeShopTrace(join(folder, 'shop'));
  writeShadowTrace(join(folder, 'shadow'));
  writeFileSync(join(folder, 'broken'), 'x\n');
  const { report } = await readTraces(files);
  const untold = membersOf(report).filter((name) => !page.includes(`\`${name}\``));
  expect([...new Set(untold)]).toEqual([]);
});

it('docs/report.md shows the text as it is', async () => {
  const path = join(folder, 'sample');
  writeShopTrace(path);
  const text = textReport((await readTraces([path])).report, false).replace(path, 't/shop.jsonl');
  const [, shown = ''] = /```\n(t\/shop\.jsonl[^`]*)…\n```/.exec(page) ?? [];
  expect(shown).toContain('43 calls');
  expect(text.startsWith(shown.trimEnd())).toBe(true);
});
