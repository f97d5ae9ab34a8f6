import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Durations } from '../../src/report/durations.js';

function durations(values: readonly number[]): Durations {
  const all = new Durations();
  for (const value of values) all.add(value);
  return all;
}

describe('Durations', () => {
  it('has no figures without a duration', () => {
    expect(new Durations().figures()).toBeUndefined();
  });

  it('is exact for values that are far enough apart, zero among them', () => {
    expect(durations([0, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560]).figures()).toEqual({
      p50: 80,
      p90: 1_280,
      p99: 2_560,
      max: 2_560,
    });
    expect(durations([7.25]).figures()).toEqual({ p50: 7.25, p90: 7.25, p99: 7.25, max: 7.25 });
  });

  it('is within 2 % of the nearest-rank percentile for any values', () => {
    const value = fc.double({ min: 0.001, max: 1e8, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const figures = durations(values).figures();
        for (const [share, found] of [
          [0.5, figures?.p50],
          [0.9, figures?.p90],
          [0.99, figures?.p99],
        ] as const) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
          // And half of the last digit that is kept.
          expect(Math.abs((found ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.0201 + 0.0005);
        }
      }),
    );
  });
});
