import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rows } from './rows.js';

/** A title that starts with its row; not one that is commented out. */
const TITLE = /^ *(?:test.*\(|\]\)\()?'\[([a-z-]+)\] /gm;

function texts(): string[] {
  const names = readdirSync(import.meta.dirname);
  const others = names.filter((name) => name.endsWith('.test.ts') && name !== 'rows.test.ts');
  return others.map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
}

/** Keys at the start of test titles, in all files of this folder. */
function testedKeys(): string[] {
  return texts().flatMap((text) => [...text.matchAll(TITLE)].map(([, key]) => key ?? ''));
}

describe('rows of the wire tables', () => {
  const tested = new Set(testedKeys());

  test.each(Object.entries(rows))('%s has a test that names it', (key) => {
    expect([...tested]).toContain(key);
  });

  test('no test is left out', () => {
    expect(
      texts().filter((text) => /\b(?:test|describe)\.(?:skip|todo|only|fails)\b/.test(text)),
    ).toEqual([]);
  });

  test('no test names a row that does not exist', () => {
    expect([...tested].filter((key) => !(key in rows) && key !== 'command-line')).toEqual([]);
  });
});
