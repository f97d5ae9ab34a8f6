import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARKS, Timeline } from '../../src/report/timeline.js';
import { callEntry } from './support/call-entry.js';

describe('Timeline', () => {
  it('keeps every call, its money and every trip, in at most 1,024 stretches', () => {
    const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { maxLength: 3_000 });
    fc.assert(
      fc.property(times, (all) => {
        const timeline = new Timeline();
        for (const [index, at] of all.entries()) {
          timeline.call(callEntry({ at, cost: 7 }), index % 3);
          timeline.trip(at);
        }
        const buckets = [...timeline.buckets.values()];
        const cells = buckets.flatMap((bucket) => [...bucket.cells.values()]);
        expect(buckets.length).toBeLessThanOrEqual(1_024);
        expect(cells.reduce((sum, { ran }) => sum + ran, 0)).toBe(all.length);
        expect(buckets.reduce((sum, { spent }) => sum + spent, 0)).toBe(all.length * 7);
        expect(buckets.reduce((sum, { trips }) => sum + trips, 0)).toBe(all.length);
        for (const at of all) {
          expect(timeline.buckets.has(Math.floor(at / timeline.width))).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps milliseconds apart until 1,024 of them are in use', () => {
    const timeline = new Timeline();
    for (let at = 0; at < 1_024; at += 1) timeline.call(callEntry({ at }), 0);
    expect(timeline.width).toBe(1);
    timeline.call(callEntry({ at: 1_024 }), 0);
    expect(timeline.width).toBe(2);
  });

  it.each([
    [callEntry(), ['ran']],
    [callEntry({ shadow: true }), ['ran', 'wouldStop']],
    [callEntry({ fate: 'timedOut', shadow: true }), ['failed', 'wouldStop']],
    [callEntry({ fate: 'interrupted' }), ['failed']],
    [callEntry({ fate: 'refused' }), ['refused']],
    [callEntry({ fate: 'replayed' }), ['replayed']],
    [callEntry({ fate: 'withdrawn' }), []],
  ])('marks a call by what became of it', (call, marks) => {
    const timeline = new Timeline();
    timeline.call(call, 4);
    const [bucket] = timeline.buckets.values();
    const cell = bucket?.cells.get(4);
    expect(MARKS.filter((mark) => cell?.[mark] === 1)).toEqual(marks);
  });
});
