import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasDuplicateMembers } from '../../src/jsonrpc/duplicate-members.js';
import { jsonText, stringText } from './support/json-text.js';

const duplicates = (text: string): boolean => hasDuplicateMembers(text, JSON.parse(text));

describe('hasDuplicateMembers', () => {
  it('finds none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(duplicates(JSON.stringify(JSON.parse(text)))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds one that was put in at any depth, however it is spelt', () => {
    const wrap = fc.array(fc.constantFrom('{"deep":X}', '[0,X]', '{"a":1,"b":X}'), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(stringText, jsonText, jsonText, wrap, (key, one, other, around) => {
        const again = `"${[...JSON.parse(key)].map(escaped).join('')}"`;
        const inner = `{${key}:${one},${again}:${other}}`;
        const text = around.reduce(
          (within, template) => template.replace('X', () => within),
          inner,
        );
        expect(duplicates(text)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A character as escapes of its UTF-16 code units. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
