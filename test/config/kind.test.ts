import { describe, expect, it } from 'vitest';
import { kind, optional, readShape } from '../../src/config/kind.js';
import { count, names, path, requiredUsd } from '../../src/config/value-kinds.js';

const shape = { max: count(1, 9), price: requiredUsd, names: names(1), path };

describe('a shape', () => {
  it('reads its own keys as their kinds make them, and leaves out what is not set', () => {
    const table = { max: 3, price: 0.07, path: undefined, other: 1 };
    expect(readShape(shape, table)).toEqual({ value: { max: 3, price: 70_000 } });
  });

  it('tells all that is wrong at once, each with its place', () => {
    const reading = readShape(shape, { max: 10, names: ['a', 1, ''], path: 'a\0b' });
    expect(reading).toEqual({
      issues: [
        { path: ['max'], message: 'a whole number, 1 to 9' },
        { path: ['price'], message: expect.stringContaining('a number of US dollars') },
        { path: ['names', 1], message: 'a name in quotes' },
        { path: ['names', 2], message: 'a name in quotes' },
        { path: ['path'], message: 'a path' },
      ],
    });
  });

  it('takes nothing from the prototype of a table for a value', () => {
    const anything = optional(kind('anything', (value) => value));
    expect(readShape({ toString: anything }, {})).toEqual({ value: {} });
  });

  it.each([1.5, 0, 10, 2 ** 53, 3n, '3', null, Number.NaN, [3]])(
    'does not take %s for a whole number',
    (value) => {
      expect(count(1, 9)(value)).toEqual({
        issues: [{ path: [], message: 'a whole number, 1 to 9' }],
      });
    },
  );
});
