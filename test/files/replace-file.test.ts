import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { replaceFile } from '../../src/files/replace-file.js';

const folder = mkdtempSync(join(tmpdir(), 'fuze-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

it('replaces a file whole, for its owner only', () => {
  const path = join(folder, 'plain');
  writeFileSync(path, 'a longer text than the next one', { mode: 0o644 });
  replaceFile(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(modeOf(path)).toBe(0o600);
});

it.each([0o644, 0o640, 0o755])('keeps the mode %o when it is asked to', (mode) => {
  const path = join(folder, `mode-${mode}`);
  writeFileSync(path, 'old', { mode });
  replaceFile(path, 'new', { keepMode: true });
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(modeOf(path)).toBe(mode);
});

it('leaves nothing behind when it cannot', () => {
  const path = join(folder, 'a-folder');
  mkdirSync(path);
  expect(() => replaceFile(path, 'x')).toThrow('EISDIR');
  expect(() => replaceFile(join(folder, 'none'), 'x', { keepMode: true })).toThrow('ENOENT');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
