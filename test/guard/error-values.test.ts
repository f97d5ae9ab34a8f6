import { describe, expect, it } from 'vitest';
import { carries, namedValues } from '../../src/guard/error-values.js';

describe('the values that an error names', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      'flight HAT030 not available on date 2024-05-13',
      { flights: [{ id: 'HAT030', date: '2024-05-13' }] },
      ['HAT030', '2024-05-13'],
    ],
    ['total price is 375, but paid 299', { payments: [{ amount: 299 }] }, ['299']],
    ["open '/srv/app/a.yml'", { path: '/srv/app/a.yml' }, ['/srv/app/a.yml']],
    ['unknown region `north`', { region: 'north' }, ['north']],
    ['Query failed near "orders"', { sql: 'SELECT * FROM orders' }, ['orders']],
  ])('%j', (error, args, values) => {
    expect(namedValues(error, args)).toEqual(values);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['names of arguments', 'parameter "date" has a wrong format', { date: 'tomorrow' }],
    ['parts of longer words and numbers', 'at most 10 items', { size: 2010, name: 'x10y' }],
    ['words without a mark or a number', 'Access denied for user', { user: 'user' }],
    ['what is not in the arguments', 'W17 not found', { id: 'W18' }],
  ])('are not %s', (_, error, args) => {
    expect(namedValues(error, args)).toEqual([]);
  });

  it('are at most 20, from the first 2,000 characters', () => {
    const ids = Array.from({ length: 600 }, (_, n) => `id${1_000 + n}`);
    expect(namedValues(ids.join(' '), { ids })).toHaveLength(20);
    expect(namedValues(`${' '.repeat(2_000)}id1000`, { ids })).toEqual([]);
  });
});

describe('arguments carry a value', () => {
  it.each<[unknown, boolean]>([
    [{ a: { b: ['x', 'run W1 now'] } }, true],
    [{ a: 'W1' }, true],
    [{ a: 'W12' }, false],
    [{ W1: true }, false],
    [{ a: null, b: undefined, c: true }, false],
  ])('%j: %s', (args, expected) => {
    expect(carries(args, 'W1')).toBe(expected);
  });

  it('also as a number', () => {
    expect(carries({ a: [7] }, '7')).toBe(true);
    expect(carries({ a: 70 }, '7')).toBe(false);
  });
});
