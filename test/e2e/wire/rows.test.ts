import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rows } from './rows.js';

const TITLE = /^\s*(?:\}?\]?\)?\s*\(|\]\)\(|test\(|\}\)\()?\s*'\[([a-z-]+)\] /gm;

/** Keys at the start of test titles, in all files of this folder. */
function testedKeys(): string[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  return files.flatMap((name) => {
    const text = readFileSync(`${import.meta.dirname}/${name}`, 'utf8');
    return [...text.matchAll(TITLE)].map(([, key]) => key ?? '');
  });
}

describe('rows of the wire tables', () => {
  const tested = new Set(testedKeys());

  test.each(Object.entries(rows))('%s has a test that names it', (key) => {
    expect([...tested]).toContain(key);
  });

  test('no test names a row that does not exist', () => {
    expect([...tested].filter((key) => !(key in rows) && key !== 'command-line')).toEqual([]);
  });
});
