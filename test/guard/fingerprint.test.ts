import { describe, expect, it } from 'vitest';
import { fingerprintOf, isSamePrint } from '../../src/guard/fingerprint.js';

/** Texts as calls make them: alike but for a number, a letter, or the order of two things. */
function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const [high, low] = [Math.floor(index / 256), index % 256];
    switch (index % 4) {
      case 0:
        return `{"arguments":{"query":"${10_000_000 + index}"},"tool":"look_1"}`;
      case 1:
        return `{"arguments":{"a":${high},"b":${low}},"tool":"t"}`;
      case 2:
        return `${String.fromCharCode(low)}${String.fromCharCode(high)}`;
      default:
        return 'x'.repeat(index / 400) + String.fromCharCode(index);
    }
  });
}

/** How many pairs have the same number. */
function meetings(numbers: readonly number[]): number {
  const seen = new Map<number, number>();
  let pairs = 0;
  for (const number of numbers) {
    const before = seen.get(number) ?? 0;
    pairs += before;
    seen.set(number, before + 1);
  }
  return pairs;
}

describe('fingerprintOf', () => {
  it('tells texts apart that differ in little, and each half of it as well as 32 bits can', () => {
    const count = 400_000;
    const all = [...new Set(texts(count))];
    const prints = all.map((text) => fingerprintOf(text));
    expect(new Set(prints.map(({ high, low }) => `${high} ${low}`)).size).toBe(all.length);
    // By chance there are n^2 / 2^33 pairs in a half: 18 of these.
    const expected = all.length ** 2 / 2 ** 33;
    for (const half of [prints.map(({ high }) => high), prints.map(({ low }) => low)]) {
      expect(meetings(half)).toBeLessThan(3 * expected);
    }
  });

  it('tells apart what comes after different texts', () => {
    const all = [...new Set(texts(2_000))];
    const tools = ['', 'a', 'b', 'look_1', 'look_2'].map((tool) => fingerprintOf(tool));
    const prints = tools.flatMap((tool) => all.map((text) => fingerprintOf(text, tool)));
    expect(new Set(prints.map(({ high, low }) => `${high} ${low}`)).size).toBe(prints.length);
  });

  it('is the same for the same text, and made of whole numbers of 32 bits', () => {
    const print = fingerprintOf('a text');
    expect(isSamePrint(print, fingerprintOf(['a', 'text'].join(' ')))).toBe(true);
    expect(isSamePrint(print, fingerprintOf('a text '))).toBe(false);
    for (const half of [print.high, print.low]) expect(half | 0).toBe(half);
  });
});
