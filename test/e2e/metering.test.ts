import { describe, expect, test } from 'vitest';
import type { FuzeProcess } from './support/fuze-process.js';
import { startRawProxy } from './support/raw-proxy.js';

const traced = 'trace = "trace.jsonl"\n';
/** 0.0035 dollars by the table of prices. */
const USED = { model: 'gpt-4o', usage: { prompt_tokens: 1_000, completion_tokens: 100 } };
const resultOf = (more: object) => ({ content: [{ type: 'text', text: 'done' }], ...more });

/** Plays the client's model: answers the request that the server sends while a call is under way. */
async function answerSampling(fuze: FuzeProcess, answer: object): Promise<void> {
  const request = await fuze.next(({ method }) => method === 'sampling/createMessage');
  await fuze.send({ jsonrpc: '2.0', id: request.id, ...answer });
}

const generated = (more: object) => ({
  result: { role: 'assistant', content: { type: 'text', text: 'hello' }, ...more },
});

describe('actual cost', () => {
  test('is charged in place of the estimate, and stops the next call when it passed the ceiling', async () => {
    const { fuze } = startRawProxy({
      config: `[proxy]\nmax_cost_per_run = 0.003\n${traced}[proxy.tools.result]\nestimated_cost = 0.001\n`,
    });
    const result = resultOf({ structuredContent: USED });
    const answer = await fuze.call('result', { result });
    expect(answer.result).toEqual(result);
    const refused = await fuze.call('ok');
    expect(refused.decision).toMatchObject({
      action: 'refuse',
      check: 'budget',
      spentUsd: 0.0035,
      remainingUsd: 0,
      ceilingUsd: 0.003,
    });
    expect(refused.toolText).toContain('$0.0035, which is above its ceiling of $0.003');
    fuze.endInput();
    await fuze.closed;
    const calls = fuze.workspace.jsonLines('trace.jsonl').map(({ payload }) => payload);
    expect(calls).toContainEqual(
      expect.objectContaining({ tool: 'result', cost: 0.0035, estimate: 0.001 }),
    );
  });

  test('comes from [providers] for a model of the house, and is the estimate without a price', async () => {
    const { fuze } = startRawProxy({
      config: `[proxy]\n${traced}[proxy.tools."*"]\nestimated_cost = 0.5\n[providers]\n"acme/house" = { input = 0.25, output = 0 }\n`,
    });
    for (const model of ['house', 'other']) {
      await fuze.call('result', { result: resultOf({ _meta: { ...USED, model } }) });
    }
    fuze.endInput();
    await fuze.closed;
    const costs = fuze.workspace
      .jsonLines('trace.jsonl')
      .map(({ payload }) => payload)
      .flatMap((payload) => (payload instanceof Object && 'cost' in payload ? payload.cost : []));
    expect(costs).toEqual([0.25, 0.5]);
  });
});

describe('the thresholds of the budget', () => {
  test('warn on stderr once each, and every answer of fuze tells what is left from 80 % on', async () => {
    const { fuze } = startRawProxy({
      config:
        '[proxy]\nmax_cost_per_run = 1.0\n[proxy.tools.ok]\nestimated_cost = 0.4\nmax_calls_per_run = 2\n',
    });
    for (const n of [1, 2]) expect((await fuze.call('ok', { n })).isToolError).toBe(false);
    await fuze.stderrMatches(/80 % is reached/);
    expect((await fuze.call('ok', { n: 3 })).decision).toMatchObject({
      check: 'calls_per_tool',
      spentUsd: 0.8,
      remainingUsd: 0.2,
    });
    await fuze.call('counter');
    fuze.endInput();
    await fuze.closed;
    expect(fuze.stderr.match(/% is reached/g)).toHaveLength(1);
  });
});

describe('sampling', () => {
  const config =
    '[proxy]\nmax_cost_per_run = 0.01\n[providers]\n"acme/house" = { input = 0.001, output = 0.001 }\n';

  test('is money of the run, and stops the next call when the ceiling is passed', async () => {
    const { fuze } = startRawProxy({ config, flags: ['--verbose'] });
    const call = fuze.call('ask', {}, 1);
    const usage = { inputTokens: 20_000, outputTokens: 0 };
    await answerSampling(fuze, generated({ model: 'house', _meta: { usage } }));
    // It went through as it came, and the call that asked has its answer.
    expect((await call).toolText).toContain('"model":"house"');
    expect((await fuze.call('ok', {}, 2)).decision).toMatchObject({
      check: 'budget',
      spentUsd: 0.02,
      remainingUsd: 0,
    });
    fuze.endInput();
    await fuze.closed;
    expect(fuze.stderr).toMatch(/"costUsd":0\.02.*the server used the model of the client/);
    expect(fuze.stderr).toMatch(/"metered":\{"tokens":\d+,"cost":20000\}.*run ended/);
  });

  test('is reckoned from its bytes where the client reports nothing', async () => {
    const { fuze } = startRawProxy({ config });
    // 40,000 bytes are 10,000 tokens, a cent and a little more.
    const call = fuze.call('ask', { bytes: 40_000 }, 1);
    await answerSampling(fuze, generated({ model: 'house' }));
    await call;
    expect((await fuze.call('ok', {}, 2)).decision).toMatchObject({ check: 'budget' });
  });

  test('counts against max_tokens, whatever its model costs', async () => {
    const { fuze } = startRawProxy({ config: '[proxy]\nmax_tokens = 5000\n' });
    const call = fuze.call('ask', { bytes: 20_000 }, 1);
    await answerSampling(fuze, generated({ model: 'unknown' }));
    await call;
    expect((await fuze.call('ok', {}, 2)).decision).toMatchObject({
      check: 'tokens',
      limit: 5_000,
    });
  });

  test('that the client refuses, and other requests of the server, cost nothing', async () => {
    const { fuze } = startRawProxy({
      config: `${config}[proxy.tools."*"]\nestimated_cost = 0.001\n`,
    });
    const refused = fuze.call('ask', { bytes: 40_000 }, 1);
    await answerSampling(fuze, { error: { code: -1, message: 'no' } });
    await refused;
    const listed = fuze.call('ask', { method: 'roots/list', bytes: 40_000 }, 2);
    const request = await fuze.next(({ method }) => method === 'roots/list');
    await fuze.send({ jsonrpc: '2.0', id: request.id, ...generated({ model: 'house' }) });
    await listed;
    expect((await fuze.call('ok', {}, 3)).toolText).toBe('ok');
  });
});
