import { describe, expect, it } from 'vitest';
import { PRICES, PRICES_AS_OF } from '../../src/guard/prices.js';
import { priceOf, usageCost } from '../../src/guard/usage-cost.js';

const tokens = (model: string | undefined, input: number, output = 0) => ({
  model,
  input,
  output,
  cacheRead: 0,
  cacheWritten: 0,
});

describe('the table of prices', () => {
  it('has a date', () => {
    expect(Number.isNaN(Date.parse(PRICES_AS_OF))).toBe(false);
  });

  it.each(Object.entries(PRICES))(
    '%s: nothing is negative, and a cache is not dearer',
    (_, row) => {
      const { input, output, cacheRead = input, cacheWrite = input } = row;
      expect(Math.min(input, output, cacheRead)).toBeGreaterThanOrEqual(0);
      expect(input).toBeGreaterThan(0);
      expect(cacheRead).toBeLessThanOrEqual(input);
      expect(cacheWrite).toBeGreaterThanOrEqual(input);
    },
  );

  it('knows models of all six providers', () => {
    const providers = new Set(Object.keys(PRICES).map((key) => key.split('/')[0]));
    for (const name of ['openai', 'anthropic', 'google', 'cohere', 'mistral', 'amazon']) {
      expect(providers).toContain(name);
    }
  });
});

describe('priceOf', () => {
  it.each([
    ['openai/gpt-4o', 'openai/gpt-4o'],
    ['gpt-4o', 'openai/gpt-4o'],
    ['GPT-4o ', 'openai/gpt-4o'],
    ['azure/gpt-4o', 'openai/gpt-4o'],
    ['gpt-4o-2024-08-06', 'openai/gpt-4o'],
    ['gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13'],
    ['gpt-4o-mini-2024-07-18', 'openai/gpt-4o-mini'],
    ['gpt-4.1', 'openai/gpt-4.1'],
    ['gpt-4-0613', 'openai/gpt-4'],
    ['gpt-4-1106-preview', 'openai/gpt-4-1106'],
    ['claude-opus-4-20250514', 'anthropic/claude-opus-4'],
    ['claude-opus-4-5-20251101', 'anthropic/claude-opus-4-5'],
    ['claude-3-5-sonnet-latest', 'anthropic/claude-3-5-sonnet'],
    ['claude-3-5-sonnet-v2@20241022', 'anthropic/claude-3-5-sonnet'],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 'anthropic/claude-3-5-haiku'],
    [
      'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
      'anthropic/claude-3-haiku',
    ],
    ['models/gemini-1.5-pro-002', 'google/gemini-1.5-pro'],
    ['gemini-2.5-flash-preview-05-20', 'google/gemini-2.5-flash'],
    ['gemini-2.5-flash-lite', 'google/gemini-2.5-flash-lite'],
    ['command-r-08-2024', 'cohere/command-r'],
    ['command-r-03-2024', 'cohere/command-r-03-2024'],
    ['command-r-plus', 'cohere/command-r-plus'],
    ['mistral-large-2411', 'mistral/mistral-large'],
    ['amazon.nova-pro-v1:0', 'amazon/nova-pro'],
  ])('%s costs what %s costs', (model, key) => {
    expect(PRICES[key]).toBeDefined();
    expect(priceOf(model, {})).toBe(PRICES[key]);
  });

  it.each([
    'gpt-4-32k',
    'gpt-4o-audio-preview',
    'gpt-4.2',
    'gpt-4o1',
    'ft:gpt-4o-2024-08-06:acme::x',
    'constructor',
    '__proto__',
    '',
    '/',
    'house-model',
  ])('%j has no known price', (model) => {
    expect(priceOf(model, {})).toBeUndefined();
  });

  const house = { input: 7, output: 8 };

  it('lets [providers] override the table, also for dated versions', () => {
    const providers = { 'openai/gpt-4o': house };
    for (const model of ['openai/gpt-4o', 'gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2024-05-13']) {
      expect(priceOf(model, providers)).toBe(house);
    }
    expect(priceOf('gpt-4o-mini', providers)).toBe(PRICES['openai/gpt-4o-mini']);
    expect(priceOf('acme/house-model-v2', { 'House-Model': house })).toBe(house);
  });

  it('takes the exact provider, and where none is named the dearer one, in any order', () => {
    const dear = { input: 9, output: 9 };
    for (const providers of [
      { 'a/m': house, 'b/m': dear },
      { 'b/m': dear, 'a/m': house },
    ]) {
      expect(priceOf('a/m', providers)).toBe(house);
      expect(priceOf('b/m', providers)).toBe(dear);
      expect(priceOf('m', providers)).toBe(dear);
    }
  });

  it('is not held up by a long name', () => {
    expect(priceOf(`gpt-4o${'-12-1234'.repeat(10_000)}!`, {})).toBeUndefined();
  });
});

describe('usageCost', () => {
  it('counts what went in and what came out', () => {
    expect(usageCost(tokens('gpt-4o', 1_000, 1_000), {})).toBe(12_500);
    expect(usageCost(tokens('gpt-4o', 2_000), {})).toBe(5_000);
  });

  it('rounds up, so that nothing becomes free', () => {
    expect(usageCost(tokens('gpt-4o-mini', 1), {})).toBe(1);
    expect(usageCost(tokens('m', 1_000), { m: { input: 7, output: 0 } })).toBe(7);
    expect(usageCost(tokens('m', 1_001), { m: { input: 7, output: 0 } })).toBe(8);
    expect(usageCost(tokens('m', 5), { m: { input: 0, output: 9 } })).toBe(0);
  });

  it('has other prices for the cache where the table knows them', () => {
    const usage = { input: 0, output: 0, cacheRead: 1_000, cacheWritten: 1_000 };
    expect(usageCost({ ...usage, model: 'claude-sonnet-4-5' }, {})).toBe(300 + 3_750);
    expect(usageCost({ ...usage, model: 'm' }, { m: { input: 10, output: 20 } })).toBe(20);
  });

  it('is unknown without a model, and without its price', () => {
    expect(usageCost(tokens(undefined, 5), {})).toBeUndefined();
    expect(usageCost(tokens('house-model', 5), {})).toBeUndefined();
  });

  it('stays a number that can be added up', () => {
    const providers = { m: { input: 9e15, output: 9e15 } };
    expect(usageCost(tokens('m', 1e9, 1e9), providers)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
