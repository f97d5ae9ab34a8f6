import { describe, expect, it } from 'vitest';
import { novelty, overlap, shinglesOf, wordsOf } from '../../src/guard/text-similarity.js';

describe('the words of a text', () => {
  it.each<[string, string[]]>([
    ['What is the capital of France?', ['capit', 'franc']],
    ['Revenue Q1, revenue Q2', ['reven', 'q1', 'q2']],
    ['invoice 2024-000417', ['invoi', '2024', '000417']],
    ['возврат товара', ['возвр', 'товар']],
    ['東京の天気', ['東京', 'の', '天気']],
    ['ما هي ساعات', ['ما', 'هي', 'ساعات']],
    ['?!', []],
  ])('%j', (text, words) => {
    expect([...wordsOf(text)]).toEqual(words);
  });

  it('do not depend on endings or on what only joins them', () => {
    expect(wordsOf('the invoices of the customers')).toEqual(wordsOf('invoice customer'));
  });

  it('are those of the first 2,000 characters', () => {
    expect([...wordsOf(`${'a '.repeat(1_000)}late`)]).toEqual([]);
  });
});

describe('overlap', () => {
  const set = (text: string) => new Set(text.split(' '));

  it.each([
    ['a b c', 'a b c d e', 1],
    ['a b c d', 'c d e f', 0.5],
    ['a', 'b', 0],
  ])('of %j and %j is %d', (one, other, share) => {
    expect(overlap(set(one), set(other))).toBe(share);
    expect(overlap(set(other), set(one))).toBe(share);
  });

  it('with nothing is nothing', () => {
    expect(overlap(new Set(), set('a'))).toBe(0);
  });
});

describe('shingles', () => {
  it('are runs of three words', () => {
    expect([...shinglesOf('Paris is in France.')]).toEqual(['paris is in', 'is in france']);
    expect([...shinglesOf('ok')]).toEqual(['ok']);
  });

  it('are runs of three characters where no space parts the words', () => {
    expect([...shinglesOf('売上は三')]).toEqual(['売 上 は', '上 は 三']);
    expect(shinglesOf('สวัสดีครับ').size).toBeGreaterThan(3);
  });

  it('are at most 2,000', () => {
    const words = Array.from({ length: 5_000 }, (_, n) => n.toString(36)).join(' ');
    expect(shinglesOf(words).size).toBe(2_000);
    expect(shinglesOf('x '.repeat(5_000_000)).size).toBe(1);
  });

  it('tell what is new', () => {
    const old = [shinglesOf('the sales were 10 million'), shinglesOf('the sales fell')];
    expect(novelty(shinglesOf('the sales were 10 million'), old)).toBe(0);
    expect(novelty(shinglesOf('the sales were 12 million'), old)).toBeCloseTo(2 / 3);
    expect(novelty(shinglesOf('quite another thing'), old)).toBe(1);
  });
});
