import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, canonicalJsonExact, sha256Hex } from '../../src/evidence/canonical.js';

function fixture<T>(name: string): T[] {
  return JSON.parse(
    readFileSync(new URL(`../../fixtures/rfc8785/${name}`, import.meta.url), 'utf8'),
  );
}

const samples = fixture<{ name: string; input: string; output: string }>('samples.json');
const numbers = fixture<{ bits: string; text: string | null }>('numbers.json');

describe('RFC 8785', () => {
  it.each(samples)('sample $name', ({ input, output }) => {
    expect(canonicalJson(JSON.parse(input))).toBe(output);
  });

  // Section 3.2.4 gives the bytes of the sample of section 3.2.2.
  it('the bytes of section 3.2.4', () => {
    const values = samples.find(({ name }) => name === 'values');
    const hex = Buffer.from(canonicalJson(JSON.parse(values?.input ?? ''))).toString('hex');
    expect(hex).toBe(
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a' +
        '5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c' +
        '22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d',
    );
  });

  it.each(numbers)('Appendix B: $bits', ({ bits, text }) => {
    const number = Buffer.from(bits, 'hex').readDoubleBE();
    if (text === null) expect(() => canonicalJson(number)).toThrow(/not JSON/);
    else expect(canonicalJson(number)).toBe(text);
  });

  it('says the same value, whatever the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, reversed(member)]);
  return Object.fromEntries(members.reverse());
}

describe('canonicalJson', () => {
  it('replaces unpaired surrogates, in names too, and leaves pairs', () => {
    expect(canonicalJson({ '\ud800': '\udc00x', ok: '😂' })).toBe('{"ok":"😂","\ufffd":"\ufffdx"}');
    expect(() => canonicalJsonExact('\ud800')).toThrow(/surrogate/);
    expect(() => canonicalJsonExact({ '\ud800': 1 })).toThrow(/surrogate/);
  });

  it('honours toJSON', () => {
    expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });

  it('leaves out what JSON has no word for, as JSON.stringify does', () => {
    const value = { a: undefined, f: () => 1, s: Symbol('s'), list: [undefined, () => 1] };
    expect(canonicalJson(value)).toBe(JSON.stringify(value));
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":"\\ud800","__proto__":{"x":1}}'))).toBe(
      '{"__proto__":{"x":1},"b":"\ufffd"}',
    );
  });

  it('throws a catchable error for what it cannot write', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => canonicalJson(circle)).toThrow(/nested too deeply/);
    const deep = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
    expect(() => canonicalJson(deep)).toThrow(/nested too deeply/);
    expect(() => canonicalJson({ big: 1n })).toThrow(/not JSON/);
    expect(() => canonicalJson({ nan: Number.NaN })).toThrow(/not JSON/);
    expect(() => canonicalJson(undefined)).toThrow(/undefined/);
  });
});

describe('sha256Hex', () => {
  it('hashes texts as UTF-8, and bytes', () => {
    // FIPS 180-2, appendix B.1.
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256Hex('abc')).toBe(abc);
    expect(sha256Hex(Buffer.from('abc'))).toBe(abc);
    expect(sha256Hex('é')).toBe(createHash('sha256').update(Buffer.from('é')).digest('hex'));
  });
});
