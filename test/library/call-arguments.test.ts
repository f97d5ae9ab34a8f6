import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparingHash, namedArguments } from '../../src/library/call-arguments.js';
import { jsonTextOf } from '../../src/library/json-value.js';
import { readRecorded, recordResult } from '../../src/library/recorded-result.js';

const randomHex = (bytes: number): string =>
  Array.from({ length: bytes }, () => Math.floor(16 + Math.random() * 240).toString(16)).join('');

describe('namedArguments', () => {
  const map = new Map();
  it.each<[string, unknown[], object]>([
    ['a single plain object is the arguments', [{ a: 1 }], { a: 1 }],
    ['one of another realm too', [vm.runInNewContext('({ a: 1 })')], { a: 1 }],
    ['one without a prototype too', [Object.assign(Object.create(null), { a: 1 })], { a: 1 }],
    ['a text is named by its position', ['x'], { 0: 'x' }],
    ['an array too', [[1, 2]], { 0: [1, 2] }],
    ['a Map too', [map], { 0: map }],
    ['two objects too', [{ a: 1 }, { b: 2 }], { 0: { a: 1 }, 1: { b: 2 } }],
    ['what is left out at the end does not count', [{ a: 1 }, undefined], { a: 1 }],
    ['but in between it does', [undefined, 1], { 0: undefined, 1: 1 }],
    ['nothing is no arguments', [], {}],
    ['nor is undefined', [undefined], {}],
  ])('%s', (_, list, expected) => {
    expect(namedArguments(list)).toEqual(expected);
  });
});

describe('jsonTextOf', () => {
  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    Symbol('s'),
    () => 1,
    new Map(),
    new Set(),
    new Error('e'),
    new (class Order {
      id = 1;
    })(),
    { deep: [{ map: new Map() }] },
  ])('gives nothing for what JSON cannot carry whole: %o', (value) => {
    expect(jsonTextOf(value)).toBeUndefined();
  });

  it('gives nothing for what is nested too deeply, and for a getter that throws', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level += 1) deep = [deep];
    expect(jsonTextOf(deep)).toBeUndefined();
    const trap = {
      get member(): never {
        throw new Error('no');
      },
    };
    expect(jsonTextOf(trap)).toBeUndefined();
  });

  it('sorts members, leaves out undefined, and asks toJSON', () => {
    expect(jsonTextOf({ b: new Date(0), a: undefined, c: [1.0] })).toBe(
      '{"b":"1970-01-01T00:00:00.000Z","c":[1]}',
    );
  });
});

describe('a hash', () => {
  it('is the same for the same JSON and never for what is none', () => {
    const hash = comparingHash(randomHex);
    expect(hash({ a: 1, b: 2 })).toBe(hash({ b: 2, a: 1 }));
    expect(hash({ a: 1 })).not.toBe(hash({ a: 2 }));
    const map = new Map();
    expect(hash({ map })).not.toBe(hash({ map }));
  });
});

describe('a recorded result', () => {
  it('comes back as JSON makes it, whatever JSON value it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { text } = recordResult(value, randomHex);
        expect(readRecorded(text)).toEqual({ value: JSON.parse(JSON.stringify(value)) });
      }),
    );
  });

  it('tells undefined, null and what could not be kept apart', () => {
    const kept = (value: unknown) => readRecorded(recordResult(value, randomHex).text);
    expect(kept(undefined)).toEqual({ value: undefined });
    expect(kept(null)).toEqual({ value: null });
    expect(kept(new Map())).toBeUndefined();
  });

  it.each([undefined, 'not JSON', '[]', '{}', '{"content":[]}'])('is not read from %s', (text) => {
    expect(readRecorded(text)).toBeUndefined();
  });
});
