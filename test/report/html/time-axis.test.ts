import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnAt, timeAt, timeAxis } from '../../../src/report/html/time-axis.js';
import { Timeline } from '../../../src/report/timeline.js';
import { callEntry } from '../support/call-entry.js';

const HOUR = 3_600_000;

function axisOf(times: readonly number[]) {
  const timeline = new Timeline();
  for (const at of times) timeline.call(callEntry({ at }), 0);
  return timeAxis(timeline);
}

describe('timeAxis', () => {
  it('is empty without calls, and holds a single one in its middle', () => {
    expect(axisOf([])).toMatchObject({ columns: [], pauses: [], length: 80 });
    const axis = axisOf([1_000]);
    expect(axis.columns).toEqual([expect.objectContaining({ x: 39.5, from: 1_000 })]);
  });

  it('keeps a pause of five minutes and cuts a longer one out', () => {
    const short = axisOf([0, 5 * 60_000]);
    expect(short.pauses).toEqual([]);
    const long = axisOf([0, 1_000, 24 * HOUR, 24 * HOUR + 1_000]);
    expect(long.pauses).toHaveLength(1);
    expect(long.pauses[0]?.milliseconds).toBeGreaterThan(23.9 * HOUR);
    expect(long.width).toBeLessThan(60_000);
  });

  it('has at most 240 columns, in the order of time, for any calls', () => {
    const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 1_500 });
    fc.assert(
      fc.property(times, (all) => {
        const axis = axisOf(all);
        expect(axis.length).toBeLessThanOrEqual(240);
        let before = -1;
        for (const { x } of axis.columns) {
          expect(x).toBeGreaterThan(before);
          expect(x + 1).toBeLessThanOrEqual(axis.length);
          before = x;
        }
        for (const at of all) {
          const column = columnAt(axis, at);
          expect(Math.abs((column?.from ?? -1) + axis.width / 2 - at)).toBeLessThanOrEqual(
            axis.width / 2,
          );
        }
        const first = Math.min(...all);
        const last = Math.max(...all);
        const start = timeAt(axis, axis.columns[0]?.x ?? 0);
        expect(start).toBeLessThanOrEqual(first);
        expect(timeAt(axis, axis.length)).toBeGreaterThanOrEqual(last - axis.width);
      }),
      { numRuns: 50 },
    );
  });
});
