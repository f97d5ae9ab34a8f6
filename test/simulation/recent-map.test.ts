import { expect, it } from 'vitest';
import { RecentMap } from '../../src/simulation/recent-map.js';

it('lets go of the least recently used entry, and says so', () => {
  const gone: number[] = [];
  const map = new RecentMap<string, number>(2, (value) => gone.push(value));
  map.set('a', 1);
  map.set('b', 2);
  expect(gone).toEqual([]);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect(gone).toEqual([2]);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  map.set('a', 4);
  map.set('d', 5);
  expect(gone).toEqual([2, 3]);
  expect([...map.drain()]).toEqual([4, 5]);
  expect([...map.drain()]).toEqual([]);
});
