import { describe, expect, it } from 'vitest';
import { answerCost } from '../../src/proxy/answer-cost.js';
import { sha256 } from '../../src/proxy/answer-digest.js';
import { outcomeOf } from '../../src/proxy/answer-outcome.js';
import { answer } from './support/messages.js';

const USAGE = { model: 'gpt-4o', usage: { prompt_tokens: 1_000, completion_tokens: 100 } };
const PRICE = 3_500;

const costOf = (result: object, providers = {}) =>
  answerCost(answer(`"result":${JSON.stringify(result)}`), providers);

describe('answerCost', () => {
  it('prices what structuredContent or _meta report', () => {
    expect(costOf({ content: [], structuredContent: USAGE })).toBe(PRICE);
    expect(costOf({ content: [], _meta: USAGE })).toBe(PRICE);
    expect(costOf({ content: [], _meta: USAGE, structuredContent: { tokens: 9 } })).toBe(PRICE);
  });

  it('takes prices from [providers]', () => {
    const providers = { 'openai/gpt-4o': { input: 1, output: 10 } };
    expect(costOf({ _meta: USAGE }, providers)).toBe(2);
    const house = { ...USAGE, model: 'house-model' };
    expect(costOf({ _meta: house }, { 'acme/house-model': { input: 5, output: 0 } })).toBe(5);
  });

  it.each([
    ['nothing reported', { content: [{ type: 'text', text: 'tokens: 5' }] }],
    ['a report in the text only', { content: [{ type: 'text', text: JSON.stringify(USAGE) }] }],
    ['an unknown model', { _meta: { ...USAGE, model: 'house-model' } }],
    ['no model', { _meta: { usage: USAGE.usage } }],
    ['a negative count', { _meta: { ...USAGE, usage: { prompt_tokens: -5 } } }],
    ['a token of another kind', { _meta: { progressToken: 7, model: 'gpt-4o' } }],
    ['no object', { _meta: ['tokens'], structuredContent: 'tokens' }],
  ])('is unknown with %s', (_, result) => {
    expect(costOf(result)).toBeUndefined();
  });

  it('is unknown where the report is no JSON, or no number', () => {
    const text = '"result":{"_meta":{"model":"gpt-4o","usage":{"input_tokens":"\\x"}}}';
    expect(answerCost(answer(text), {})).toBeUndefined();
    const huge = '"result":{"_meta":{"model":"gpt-4o","usage":{"input_tokens":1e999}}}';
    expect(answerCost(answer(huge), {})).toBeUndefined();
    expect(answerCost(answer('"result":null'), {})).toBeUndefined();
    expect(answerCost(answer('"error":{"code":1}'), {})).toBeUndefined();
  });
});

describe('the outcome of an answer', () => {
  const result = `"result":${JSON.stringify({ content: [], structuredContent: USAGE })}`;

  it('has the actual cost where the call succeeded', () => {
    expect(outcomeOf(answer(result), {}, sha256)).toMatchObject({ kind: 'success', cost: PRICE });
    expect(outcomeOf(answer('"result":{}'), {}, sha256)).not.toHaveProperty('cost');
  });

  it('has none where it failed: that is for charge_failed to say', () => {
    const failed = `"result":${JSON.stringify({ isError: true, _meta: USAGE })}`;
    expect(outcomeOf(answer(failed), {}, sha256)).not.toHaveProperty('cost');
  });

  it('is compared without what it reports in _meta', () => {
    const hashes = [1, 2].map((prompt_tokens) => {
      const _meta = { model: 'gpt-4o', usage: { prompt_tokens } };
      const text = `"result":${JSON.stringify({ content: [], _meta })}`;
      const outcome = outcomeOf(answer(text), {}, sha256);
      return outcome.resultHash;
    });
    expect(hashes[0]).toBe(hashes[1]);
  });
});
