import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePage } from '../../src/report/write-page.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();

it('replaces a file whole, for its owner only', () => {
  const path = join(folder, 'page.html');
  writeFileSync(path, 'a longer text than the next one', { mode: 0o644 });
  writePage(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['page.html']);
});

it('names the file that it cannot write, and leaves nothing behind', () => {
  const path = join(folder, 'a-folder');
  mkdirSync(path);
  expect(() => writePage(path, 'x')).toThrow(`the page could not be written to ${path}: EISDIR`);
  expect(() => writePage(join(folder, 'none', 'x'), 'x')).toThrow('ENOENT');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
