import { expect, it } from 'vitest';
import { LimitedMap } from '../../src/report/limited-map.js';

it('gives every key its own value up to the limit, and one to all others', () => {
  const map = new LimitedMap<{ count: number }>(2);
  for (const key of ['a', 'b', 'c', 'd', 'a', '__proto__'])
    map.of(key, () => ({ count: 0 })).count += 1;
  expect(map.all()).toEqual([{ count: 2 }, { count: 1 }]);
  expect(map.rest).toEqual({ count: 3 });
});

it('has no rest before the limit is passed', () => {
  const map = new LimitedMap<number>(2);
  map.of('a', () => 1);
  map.of('b', () => 2);
  expect(map.rest).toBeUndefined();
});
