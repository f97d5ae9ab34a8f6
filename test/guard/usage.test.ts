import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportedUsage, usageOf } from '../../src/guard/usage.js';

const usage = (
  model: string | undefined,
  input: number,
  output: number,
  cacheRead = 0,
  cacheWritten = 0,
) => ({ model, input, output, cacheRead, cacheWritten });

describe('the reports of providers', () => {
  it.each([
    [
      'OpenAI chat completions',
      {
        id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
        object: 'chat.completion',
        model: 'gpt-4.1-2025-04-14',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hello!' } }],
        usage: {
          prompt_tokens: 2_006,
          completion_tokens: 300,
          total_tokens: 2_306,
          prompt_tokens_details: { cached_tokens: 1_920, audio_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: 100 },
        },
      },
      usage('gpt-4.1-2025-04-14', 86, 300, 1_920),
    ],
    [
      'OpenAI responses',
      {
        object: 'response',
        model: 'gpt-4.1-2025-04-14',
        output: [{ type: 'message', content: [] }],
        usage: {
          input_tokens: 36,
          input_tokens_details: { cached_tokens: 6 },
          output_tokens: 87,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 123,
        },
      },
      usage('gpt-4.1-2025-04-14', 30, 87, 6),
    ],
    [
      'OpenAI embeddings',
      { model: 'text-embedding-3-small', usage: { prompt_tokens: 8, total_tokens: 8 } },
      usage('text-embedding-3-small', 8, 0),
    ],
    [
      'Anthropic',
      {
        type: 'message',
        model: 'claude-sonnet-4-20250514',
        content: [{ type: 'text', text: 'Hi' }],
        stop_reason: 'end_turn',
        usage: {
          input_tokens: 21,
          cache_creation_input_tokens: 188_086,
          cache_read_input_tokens: 1_000,
          output_tokens: 393,
          service_tier: 'standard',
        },
      },
      usage('claude-sonnet-4-20250514', 21, 393, 1_000, 188_086),
    ],
    [
      'Gemini',
      {
        candidates: [{ content: { parts: [{ text: 'Hi' }], role: 'model' } }],
        usageMetadata: {
          promptTokenCount: 696,
          candidatesTokenCount: 214,
          thoughtsTokenCount: 50,
          cachedContentTokenCount: 600,
          toolUsePromptTokenCount: 10,
          totalTokenCount: 970,
          promptTokensDetails: [{ modality: 'TEXT', tokenCount: 696 }],
        },
        modelVersion: 'gemini-2.5-flash',
      },
      usage('gemini-2.5-flash', 106, 264, 600),
    ],
    [
      'Gemini from Python',
      {
        model_version: 'gemini-2.5-pro',
        usage_metadata: {
          prompt_token_count: 10,
          candidates_token_count: 20,
          thoughts_token_count: null,
          cached_content_token_count: null,
          total_token_count: 30,
        },
      },
      usage('gemini-2.5-pro', 10, 20),
    ],
    [
      'Cohere v1',
      {
        text: 'Hi',
        model: 'command-r-plus',
        meta: {
          api_version: { version: '1' },
          billed_units: { input_tokens: 5, output_tokens: 418 },
          tokens: { input_tokens: 71, output_tokens: 418 },
        },
      },
      usage('command-r-plus', 5, 418),
    ],
    [
      'Cohere v2',
      {
        model: 'command-a-03-2025',
        finish_reason: 'COMPLETE',
        usage: {
          billed_units: { input_tokens: 17, output_tokens: 12 },
          tokens: { input_tokens: 215, output_tokens: 12 },
        },
      },
      usage('command-a-03-2025', 17, 12),
    ],
    [
      'Cohere where only tokens were counted',
      { model: 'command-r', meta: { tokens: { input_tokens: 71, output_tokens: 4 } } },
      usage('command-r', 71, 4),
    ],
    [
      'Mistral',
      {
        object: 'chat.completion',
        model: 'mistral-small-latest',
        usage: { prompt_tokens: 16, completion_tokens: 34, total_tokens: 50 },
      },
      usage('mistral-small-latest', 16, 34),
    ],
    [
      'Bedrock Converse',
      {
        modelId: 'us.anthropic.claude-3-5-haiku-20241022-v1:0',
        output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
        stopReason: 'end_turn',
        metrics: { latencyMs: 1_275 },
        usage: {
          inputTokens: 125,
          outputTokens: 60,
          totalTokens: 185,
          cacheReadInputTokens: 7,
          cacheWriteInputTokens: 8,
        },
      },
      usage('us.anthropic.claude-3-5-haiku-20241022-v1:0', 125, 60, 7, 8),
    ],
    [
      'the headers of Bedrock InvokeModel',
      {
        modelId: 'amazon.nova-lite-v1:0',
        ResponseMetadata: {
          HTTPStatusCode: 200,
          HTTPHeaders: {
            'x-amzn-bedrock-input-token-count': '14',
            'x-amzn-bedrock-output-token-count': '22',
            'x-amzn-bedrock-invocation-latency': '900',
          },
        },
      },
      usage('amazon.nova-lite-v1:0', 14, 22),
    ],
    [
      'the metrics of a Bedrock stream',
      {
        model: 'amazon.nova-pro-v1:0',
        'amazon-bedrock-invocationMetrics': {
          inputTokenCount: 14,
          outputTokenCount: 9,
          invocationLatency: 1_000,
        },
      },
      usage('amazon.nova-pro-v1:0', 14, 9),
    ],
    [
      'Llama on Bedrock',
      {
        modelId: 'meta.llama3-3-70b-instruct-v1:0',
        generation: 'Hi',
        prompt_token_count: 12,
        generation_token_count: 3,
      },
      usage('meta.llama3-3-70b-instruct-v1:0', 12, 3),
    ],
  ])('%s', (_, report, expected) => {
    for (const result of [
      { content: [], structuredContent: report },
      { content: [], _meta: report },
      { content: [], structuredContent: { response: report } },
      { content: [], _meta: { traceId: 7, result: report } },
    ]) {
      expect(usageOf(result)).toEqual(expected);
    }
  });
});

describe('where a report is looked for', () => {
  const counts = { input_tokens: 3, output_tokens: 4 };

  it('is _meta before structuredContent, and nowhere else', () => {
    const other = { usage: { input_tokens: 1, output_tokens: 1 } };
    expect(usageOf({ _meta: { usage: counts }, structuredContent: other })).toMatchObject({
      input: 3,
    });
    expect(usageOf({ ...other, content: [other] })).toBeUndefined();
  });

  it('is a member of _meta under any prefix', () => {
    const _meta = { 'example.com/usage': counts, 'example.com/model': 'x', model: 'gpt-4o' };
    expect(usageOf({ _meta })).toEqual(usage('gpt-4o', 3, 4));
  });

  it('takes the nearest name of a model', () => {
    const report = { model: 'outer', response: { usage: { ...counts, model: 'inner' } } };
    expect(reportedUsage(report)?.model).toBe('inner');
    expect(reportedUsage({ model: 'outer', response: { usage: counts } })?.model).toBe('outer');
    expect(reportedUsage({ model: 'm'.repeat(257), usage: counts })?.model).toBeUndefined();
    expect(reportedUsage({ model: 7, modelId: '', usage: counts })?.model).toBeUndefined();
  });

  it('is two levels down at most, and not in lists', () => {
    const deep = { response: { metadata: { usage: counts } } };
    expect(reportedUsage(deep)).toMatchObject({ input: 3 });
    expect(reportedUsage({ result: deep })).toBeUndefined();
    expect(reportedUsage({ usage: [counts] })).toBeUndefined();
  });
});

describe('what is no report', () => {
  it.each([
    ['a negative count', { input_tokens: -1, output_tokens: 5 }],
    ['a fraction', { input_tokens: 1.5, output_tokens: 5 }],
    ['NaN', { input_tokens: Number.NaN, output_tokens: 5 }],
    ['what 1e999 is read as', { input_tokens: Number.POSITIVE_INFINITY, output_tokens: 5 }],
    ['more than a billion tokens', { input_tokens: 1_000_000_001, output_tokens: 5 }],
    ['words', { input_tokens: 'many', output_tokens: 5 }],
    ['a number with a sign in a text', { input_tokens: '-5', output_tokens: 5 }],
    ['a broken count beside good ones', { input_tokens: 5, cache_read_input_tokens: -5 }],
    ['a list', { input_tokens: [5], output_tokens: 5 }],
    ['nothing but zeros', { input_tokens: 0, output_tokens: 0 }],
    ['other members', { progressToken: 5, tokens_left: 7 }],
    ['null', { input_tokens: null, output_tokens: null }],
  ])('%s', (_, report) => {
    expect(reportedUsage({ model: 'gpt-4o', usage: report })).toBeUndefined();
  });

  it('is a count of a billion and no more', () => {
    const report = { usage: { input_tokens: 1_000_000_000, output_tokens: 0 } };
    expect(reportedUsage(report)).toMatchObject({ input: 1_000_000_000 });
  });

  it('never has more tokens from the cache than went in', () => {
    const details = { cached_tokens: 50 };
    expect(
      reportedUsage({ usage: { prompt_tokens: 20, prompt_tokens_details: details } }),
    ).toMatchObject({ input: 0, cacheRead: 20 });
  });

  it('is found in no value that is no object', () => {
    for (const value of [null, undefined, 7, 'usage', [], true]) {
      expect(usageOf(value)).toBeUndefined();
      expect(usageOf({ _meta: value, structuredContent: value })).toBeUndefined();
    }
  });

  it('gives no count that is not whole and at least 0, whatever is reported', () => {
    const name = fc.constantFrom(
      'usage',
      'response',
      'meta',
      'billed_units',
      'prompt_tokens',
      'completion_tokens',
      'input_tokens',
      'output_tokens',
      'prompt_tokens_details',
      'cached_tokens',
      'promptTokenCount',
      'cachedContentTokenCount',
      'inputTokens',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(0, 1, 1e9, -1, 0.5, null, '7', ''),
        fc.double(),
        fc.integer(),
        fc.dictionary(name, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (report) => {
        const found = usageOf({ _meta: { usage: report }, structuredContent: report });
        if (found === undefined) return;
        const { input, output, cacheRead, cacheWritten } = found;
        for (const count of [input, output, cacheRead, cacheWritten]) {
          expect(Number.isInteger(count) && count >= 0).toBe(true);
        }
        expect(input + output + cacheRead + cacheWritten).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });
});
