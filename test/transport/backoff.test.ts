import { expect, test } from 'vitest';
import { backoffDelay } from '../../src/transport/backoff.js';

test('waits up to twice as long each time, but no longer than 30 seconds', () => {
  const longest = [1, 2, 3, 7, 8, 5_000].map((attempt) => backoffDelay(attempt, 1));
  expect(longest).toEqual([250, 500, 1_000, 16_000, 30_000, 30_000]);
});

test('spreads over the whole of that time', () => {
  expect(backoffDelay(3, 0)).toBe(0);
  expect(backoffDelay(3, 0.25)).toBe(250);
});
