import { beforeEach, describe, expect, it } from 'vitest';
import type { ModelPrice } from '../../src/config/settings.js';
import type { Run } from '../../src/guard/run.js';
import type { Log } from '../../src/proxy/log.js';
import { SamplingMeter } from '../../src/proxy/sampling-meter.js';
import { TestGuard } from '../guard/support/test-guard.js';
import { idOf } from './support/messages.js';

const said = (text: string) => ({ role: 'assistant', content: { type: 'text', text } });
/** Bytes of a result as JSON, which tokens are reckoned from. */
const tokensIn = (result: object): number => Math.ceil(JSON.stringify(result).length / 4);

let run: Run | undefined;
let providers: Record<string, ModelPrice>;
let told: { readonly message: string; readonly fields: object | undefined }[];
let meter: SamplingMeter;

beforeEach(() => {
  run = new TestGuard().run;
  providers = {};
  told = [];
  const note = (message: string, fields?: object): void => void told.push({ message, fields });
  const log: Log = { debug: note, info: note, warn: note, error: note };
  meter = new SamplingMeter({ run: () => run, providers: () => providers, log });
});

/** Asks with params of so many bytes, and answers. */
function sample(bytes: number, result: unknown, id = '1'): void {
  meter.ask(idOf(id), bytes);
  meter.answered(idOf(id), result);
}

const metered = () => run?.status().metered;

describe('SamplingMeter', () => {
  it('reckons tokens from the bytes, and money from the price of the model', () => {
    const result = { ...said('hello'), model: 'gpt-4o-2024-08-06' };
    sample(4_000, result);
    const output = tokensIn(result);
    expect(metered()).toEqual({ tokens: 1_000 + output, cost: 2_500 + 10 * output });
    expect(run?.status().spent).toBe(2_500 + 10 * output);
    expect(told).toEqual([
      {
        message: 'the server used the model of the client',
        fields: {
          runId: run?.runId,
          model: 'gpt-4o-2024-08-06',
          tokens: 1_000 + output,
          costUsd: (2_500 + 10 * output) / 1e6,
        },
      },
    ]);
  });

  it.each([
    ['in the result', { usage: { input_tokens: 2_000, output_tokens: 0 } }],
    ['in its _meta', { _meta: { usage: { inputTokens: 2_000, outputTokens: 0 } } }],
  ])('takes what the client reports %s', (_, report) => {
    sample(40, { ...said('x'), model: 'gpt-4o', ...report });
    expect(metered()?.cost).toBe(5_000);
  });

  it('takes prices from [providers], and money of nothing where the price is unknown', () => {
    const result = { ...said('x'), model: 'house-model' };
    sample(4_000, result);
    expect(metered()).toEqual({ tokens: 1_000 + tokensIn(result), cost: 0 });
    providers = { 'acme/house-model': { input: 1_000, output: 0 } };
    sample(4_000, result);
    expect(metered()?.cost).toBe(1_000);
    sample(4_000, said('x'));
    expect(metered()?.cost).toBe(1_000);
  });

  it('meters each answer to one request once', () => {
    const result = { ...said('x'), model: 'gpt-4o' };
    sample(400, result);
    const once = metered();
    meter.answered(idOf('1'), result);
    meter.answered(idOf('2'), result);
    expect(metered()).toEqual(once);
  });

  it('meters the second of two requests under one id too', () => {
    const result = said('x');
    meter.ask(idOf('1'), 400);
    meter.ask(idOf('1'), 400);
    meter.answered(idOf('1'), result);
    expect(metered()?.tokens).toBe(200 + tokensIn(result));
    meter.answered(idOf('1'), result);
    expect(metered()?.tokens).toBe(200 + 2 * tokensIn(result));
    meter.answered(idOf('1'), result);
    expect(metered()?.tokens).toBe(200 + 2 * tokensIn(result));
  });

  it('knows an id that the client has rounded', () => {
    meter.ask(idOf('9007199254740993'), 4);
    meter.answered(idOf('9007199254740992'), said('x'));
    expect(metered()).toBeDefined();
  });

  it('does not take "1" for 1', () => {
    meter.ask(idOf('"1"'), 4);
    meter.answered(idOf('1'), said('x'));
    expect(metered()).toBeUndefined();
  });

  it('meters no error, and forgets its request', () => {
    sample(4, undefined);
    meter.answered(idOf('1'), said('late'));
    expect(metered()).toBeUndefined();
  });

  it('drops what comes without a run', () => {
    const before = run;
    run = undefined;
    sample(4, said('x'));
    run = before;
    expect(metered()).toBeUndefined();
    expect(told).toEqual([]);
  });

  it('counts to the run that is open when the answer comes', () => {
    const before = run;
    meter.ask(idOf('1'), 4);
    run = new TestGuard().run;
    meter.answered(idOf('1'), said('x'));
    expect(before?.status()).not.toHaveProperty('metered');
    expect(metered()).toBeDefined();
  });

  it('remembers the last 1,000 unanswered requests', () => {
    for (let id = 0; id <= 1_000; id += 1) meter.ask(idOf(String(id)), 4);
    meter.answered(idOf('0'), said('x'));
    expect(metered()).toBeUndefined();
    meter.answered(idOf('1'), said('x'));
    const first = metered()?.tokens ?? 0;
    meter.answered(idOf('1000'), said('x'));
    expect(metered()?.tokens).toBe(2 * first);
  });
});
