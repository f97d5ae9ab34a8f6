import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { areAlike, isReworded, mayAskInWords, questionOf } from '../../src/guard/question.js';
import type { ToolCall } from '../../src/guard/tool-call.js';
import { type Args, admitted, success, TestGuard } from './support/test-guard.js';

const asked = (args: Args, tool = 'search', more: Partial<ToolCall> = {}) =>
  questionOf(admitted(new TestGuard().admit(tool, args, more)));

const words = (args: Args, tool?: string, more?: Partial<ToolCall>) => {
  const question = asked(args, tool, more);
  return question === undefined ? undefined : [...question.words].join(' ');
};

function two(a: Args, b: Args) {
  const [one, other] = [asked(a), asked(b)];
  if (one === undefined || other === undefined) throw new Error('both ask');
  return [one, other] as const;
}

describe('the question of a call', () => {
  it.each<[string, Args, string]>([
    ['has a telling name', { path: 'a long path in words', query: 'red lamp' }, 'red lamp'],
    [
      'has such a name in any case',
      { searchTerm: 'red lamp', note: 'and a longer text' },
      'red lamp',
    ],
    ['is else the longest text', { aim: 'big red lamp', lang: 'en', n: 4 }, 'big red lamp'],
    ['may be in any script', { path: '/a/b', betreff: '東京の天気' }, '東京 の 天気'],
  ])('%s', (_, args, text) => {
    expect(words(args)).toBe(text);
  });

  it('does not depend on the order of the arguments', () => {
    const args = { topic: 'green lamp', query: 'red lamp' };
    expect(words(args)).toBe(words({ query: 'red lamp', topic: 'green lamp' }));
  });

  it.each<[string, Args]>([
    ['paths, addresses and ids', { path: '/repo/src/main.ts', to: 'a@b.example', id: 'W-12' }],
    ['numbers', { page: 3 }],
    ['documents', { query: 'x '.repeat(251) }],
    ['statements that change something', { query: 'INSERT INTO t VALUES (1)' }],
    ['nothing', {}],
  ])('is none in %s', (_, args) => {
    expect(asked(args)).toBeUndefined();
  });

  it.each(['send_search', 'click_search', 'wait_search', 'think'])('is none of %s', (tool) => {
    expect(asked({ query: 'red lamp' }, tool)).toBeUndefined();
  });

  it('is, for a tool of unknown manner, only in an argument that says that it asks', () => {
    expect(words({ question: 'red lamp' }, 'oracle')).toBe('red lamp');
    expect(words({ message: 'red lamp' }, 'oracle')).toBeUndefined();
    expect(words({ message: 'red lamp' }, 'oracle', { readOnly: true })).toBe('red lamp');
  });
});

describe('two questions', () => {
  it.each<[string, Args, Args, boolean]>([
    ['in other words', { q: 'red lamp' }, { q: 'lamp, red' }, true],
    ['that are the same', { q: 'red lamp' }, { q: 'red lamp' }, false],
    ['with other numbers', { q: 'sales Q1' }, { q: 'sales Q2' }, false],
    ['with another filter', { q: 'red lamp', n: 1 }, { q: 'lamp, red', n: 2 }, false],
    [
      'with one filter, spelled alike',
      { q: 'a lamp', f: { x: 1, y: 2 } },
      { q: 'lamps', f: { y: 2, x: 1 } },
      true,
    ],
  ])('%s', (_, a, b, expected) => {
    expect(isReworded(...two(a, b))).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['red lamp', 'lamp for the desk', true],
    ['red lamp', 'green chair', false],
    ['mueller', 'muller', true],
    ['anna', 'bob', false],
  ])('%j and %j are about the same: %s', (a, b, expected) => {
    expect(areAlike(...two({ q: a }, { q: b }))).toBe(expected);
  });
});

describe('the answer to a question', () => {
  it('is what it holds beside the question itself', () => {
    const question = asked({ q: 'red lamp' });
    question?.answered(answerOf('Results for "Red lamp": one green lamp'));
    expect([...(question?.content?.words ?? [])]).toEqual(['resul', 'one', 'green', 'lamp']);
    expect(question?.content).toMatchObject({ nothing: false });
  });

  it('is not there before it comes, and may be large', () => {
    const question = asked({ q: 'red lamp' });
    expect(question?.content).toBeUndefined();
    question?.answered(answerOf('No results. '.repeat(100_000)));
    expect(question?.content?.shingles.size).toBeLessThan(5);
  });
});

function answerOf(text: string) {
  const outcome = success(text);
  if (outcome.kind !== 'success') throw new Error('a success');
  return outcome;
}

describe('mayAskInWords', () => {
  const callOf = (args: Args) =>
    admitted(new TestGuard().admit('search', args, { canonicalArgs: canonicalJson(args) }));

  it.each<[string, boolean]>([
    ['{"query":"W-12 W-13"}', true],
    ['{"query":"東京"}', true],
    ['{"query":"lamp"}', false],
    ['{"a":1,"query":"10000123","z":["b","c d"]}', false],
  ])('tells of %s: %s', (args, expected) => {
    expect(mayAskInWords(callOf(JSON.parse(args)))).toBe(expected);
  });

  it('never misses a question in more than one word', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,4}$/);
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.oneof(word, fc.string({ maxLength: 2 })), { maxLength: 3 })
        .map((w) => w.join('')),
    );
    const name = fc.oneof(fc.constant('query'), word);
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(text, fc.jsonValue({ maxDepth: 1 }))), (args) => {
        const call = callOf(args);
        if (!mayAskInWords(call)) expect(questionOf(call)?.words.size ?? 0).toBeLessThan(2);
      }),
      { numRuns: 2_000 },
    );
  });
});
