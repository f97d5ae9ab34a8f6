import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const named = new Set([...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path));

it.each([...named])('docs/security.md names %s, which exists', (path) => {
  expect(existsSync(join(root, path))).toBe(true);
});

it('docs/security.md names a test for every threat', () => {
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| threat'));
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) expect(row).toMatch(/`test\//);
});
