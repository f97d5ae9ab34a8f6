import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUsd, isUsd, MOST_USD, microsToUsd, usdToMicros } from '../../src/config/money.js';

describe('usdToMicros', () => {
  it.each([
    [0, 0],
    [-0, 0],
    [1, 1_000_000],
    [0.1, 100_000],
    [0.07, 70_000],
    [0.29, 290_000],
    [1.005, 1_005_000],
    [0.000001, 1],
    [1234567.891234, 1_234_567_891_234],
    [MOST_USD, MOST_USD * 1_000_000],
  ])('%d dollars are %d micro-dollars', (usd, micros) => {
    expect(usdToMicros(usd)).toBe(micros);
  });

  it.each([
    [0.0000001, 1],
    [Number.MIN_VALUE, 1],
    [0.0000011, 2],
    [0.00000015, 1],
    [2.0000001, 2_000_001],
  ])('rounds %d dollars, finer than a micro-dollar, up to %d', (usd, micros) => {
    expect(usdToMicros(usd)).toBe(micros);
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -1,
    -0.000001,
    MOST_USD + 1,
    1e300,
  ])('refuses %d and shows it', (usd) => {
    expect(isUsd(usd)).toBe(false);
    expect(() => usdToMicros(usd)).toThrow(RangeError);
    expect(() => usdToMicros(usd)).toThrow(String(usd));
  });

  it('keeps 0.1 three times at 0.3', () => {
    expect(3 * usdToMicros(0.1)).toBe(usdToMicros(0.3));
  });

  it('sums 10,000 random amounts without drift', () => {
    const amount = fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 999_999 }));
    fc.assert(
      fc.property(fc.array(amount, { minLength: 10_000, maxLength: 10_000 }), (amounts) => {
        let exact = 0n;
        let micros = 0;
        for (const [dollars, rest] of amounts) {
          exact += BigInt(dollars) * 1_000_000n + BigInt(rest);
          micros += usdToMicros(Number(`${dollars}.${String(rest).padStart(6, '0')}`));
        }
        expect(BigInt(micros)).toBe(exact);
      }),
      { numRuns: 5 },
    );
  });

  it('reads back every whole number of micro-dollars, and never makes an amount free', () => {
    // Up to 2^32 dollars; beyond 2^33 neighbouring doubles are more than a micro-dollar apart.
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 * 1_000_000 }), (micros) => {
        expect(usdToMicros(microsToUsd(micros))).toBe(micros);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true }), (usd) => {
        const micros = usdToMicros(usd);
        expect(micros).toBeGreaterThanOrEqual(1);
        expect(micros - usd * 1e6).toBeLessThan(1.000001);
      }),
    );
  });
});

describe('formatUsd', () => {
  it.each([
    [0, '$0.00'],
    [1, '$0.000001'],
    [50_000, '$0.05'],
    [2_500, '$0.0025'],
    [10_000_000, '$10.00'],
    [1_234_500, '$1.2345'],
    [100_000, '$0.10'],
    [-50_000, '-$0.05'],
  ])('writes %d micro-dollars as %s', (micros, text) => {
    expect(formatUsd(micros)).toBe(text);
  });
});
