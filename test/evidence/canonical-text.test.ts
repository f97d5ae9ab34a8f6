import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../src/evidence/canonical-text.js';

describe('canonicalText', () => {
  it('writes what the reference library writes, for any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(canonicalText(value)).toBe(canonicalize(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('sorts names as UTF-16 code units, also those that look like numbers or like prototypes', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('__proto__', '10', '9', 'constructor', '"', '\\'),
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.integer()), (members) => {
        const value: unknown = JSON.parse(JSON.stringify(members));
        expect(canonicalText(value)).toBe(canonicalize(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([-0, 1e21, 1e-7, 5e-324, Number.MAX_SAFE_INTEGER])(
    'spells %d as the library does',
    (n) => {
      expect(canonicalText(n)).toBe(canonicalize(n));
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, { '\ud800': 1 }])(
    'leaves %s to the library',
    (value) => {
      expect(() => canonicalText(value)).toThrow();
    },
  );
});
