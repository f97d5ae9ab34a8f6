import { describe, expect, it } from 'vitest';
import { editDistance, nearestKey } from '../../src/config/nearest-key.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('from %j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

describe('nearestKey', () => {
  const known = ['timeout', 'max_cost_per_run', 'max_cost_per_step', 'on_loop'];
  it.each([
    ['timeuot', 'timeout'],
    ['tmeot', undefined],
    ['timeot', 'timeout'],
    ['maxCostPerRun', 'max_cost_per_run'],
    ['max-cost-per-step', 'max_cost_per_step'],
    ['ON_LOOP', 'on_loop'],
    ['no_such_thing', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('for %.20s is %s', (written, nearest) => {
    expect(nearestKey(written, known)).toBe(nearest);
  });
});
