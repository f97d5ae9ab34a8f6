import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExact } from '../../src/jsonrpc/exact-numbers.js';
import { jsonText } from './support/json-text.js';

describe('parseExact', () => {
  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['-9007199254740993', '-9007199254740993'],
    ['1e308', 1e308],
    ['1e309', '1e309'],
    ['-1E+400', '-1E+400'],
    ['1e-400', 0],
    ['0.1', 0.1],
    ['3.14159265358979323846', Math.PI],
  ])('%s', (text, value) => {
    expect(parseExact(text)).toBe(value);
  });

  it('leaves digits in strings and names alone', () => {
    const text = '{"9007199254740993":"9007199254740993","a\\"9007199254740993":["\\\\",1]}';
    expect(parseExact(text)).toEqual(JSON.parse(text));
  });

  it('gives what JSON.parse gives, but for numbers that a double cannot hold', () => {
    /** As JSON.parse reads it, after this: what became a string is one that a double cannot hold. */
    const asDoubles = (exact: unknown, value: unknown): unknown => {
      if (typeof exact === 'string' && typeof value === 'number') return Number(exact);
      if (Array.isArray(exact) && Array.isArray(value)) {
        return exact.map((element, index) => asDoubles(element, value[index]));
      }
      if (typeof exact !== 'object' || exact === null) return exact;
      if (typeof value !== 'object' || value === null) return exact;
      const values = new Map(Object.entries(value));
      return Object.fromEntries(
        Object.entries(exact).map(([key, inner]) => [key, asDoubles(inner, values.get(key))]),
      );
    };
    fc.assert(
      fc.property(jsonText, (text) => {
        const value: unknown = JSON.parse(text);
        expect(asDoubles(parseExact(text), value)).toEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps every digit of every integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (integer) => {
        expect(String(parseExact(`${integer}`))).toBe(String(integer));
      }),
    );
  });
});
