import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/simulation/simulation.js';
import { actionsOf, callOf, decide, settingsOf } from './support/samples.js';

const call = (more: object = {}) => ({ tool: 'look', args: { q: 'x' }, result: 'same', ...more });
const three = (more: object = {}) => [call(more), call(more), call(more)];

describe('a simulation', () => {
  it('decides as the engine does, and numbers the calls from 0', async () => {
    const { calls } = await decide(three());
    expect(calls).toEqual([
      { index: 0, run: null, tool: 'look', action: 'allow', check: null, reason: null },
      { index: 1, run: null, tool: 'look', action: 'allow', check: null, reason: null },
      {
        index: 2,
        run: null,
        tool: 'look',
        action: 'refuse',
        check: 'repeat',
        reason: expect.stringContaining('This exact call of "look"'),
      },
    ]);
  });

  it('keeps runs apart that stand among each other, and names of another type', async () => {
    const runs = ['a', 'b', 1, '1', null];
    const { calls, totals } = await decide([0, 1].flatMap(() => runs.map((run) => call({ run }))));
    expect(actionsOf(calls)).not.toMatch(/refuse/);
    expect(totals.all).toMatchObject({ runs: 5, calls: 10 });
  });

  it('does not show the engine what a stopped call brought', async () => {
    const { calls } = await decide([...three(), call({ result: 'news' }), call()]);
    expect(actionsOf(calls)).toBe('allow allow refuse refuse refuse');
  });

  it('shows a failed call to the engine as a failure', async () => {
    const toml = '[proxy]\ncharge_failed = false\n[proxy.tools."*"]\nestimated_cost = 0.5';
    const failed = { error: 'no', result: undefined };
    const { totals } = await decide([call({ args: { q: 1 } }), call(failed)], { toml });
    expect(totals.spent).toBe(500_000);
  });

  it('prices the tokens that a result reports, unless the record tells the cost', async () => {
    const usage = { model: 'gpt-4o', usage: { input_tokens: 1_000, output_tokens: 100 } };
    const result = { content: [], structuredContent: usage };
    const spent = async (record: object, toml = ''): Promise<number> =>
      (await decide([record], { toml })).totals.spent;
    const estimated = '[proxy.tools."*"]\nestimated_cost = 0.5\n';
    expect(await spent(call({ result }))).toBe(3_500);
    expect(await spent(call({ result }), estimated)).toBe(3_500);
    expect(await spent(call({ result, cost: 0.25 }), estimated)).toBe(250_000);
    expect(await spent(call({ result, isError: true }), estimated)).toBe(500_000);
    const prices = '[providers]\n"openai/gpt-4o" = { input = 0.001, output = 0.01 }\n';
    expect(await spent(call({ result }), prices)).toBe(2_000);
    const unknown = { content: [], _meta: { ...usage, model: 'house-model' } };
    expect(await spent(call({ result: unknown }), estimated)).toBe(500_000);

    const traced = (more: object) => ({
      sequence: 1,
      payload: {
        kind: 'call',
        timestamp: '2026-01-01T00:00:00.000Z',
        runId: 'r',
        tool: 'look',
        args: {},
        outcome: 'success',
        result,
        ...more,
      },
    });
    expect(await spent(traced({ cost: 0.5, estimate: 0.5 }), prices)).toBe(2_000);
    expect(await spent(traced({ cost: 0.004, estimate: 0.5 }), prices)).toBe(4_000);
  });

  it('warns, kills and latches as the settings say', async () => {
    const warned = await decide(three(), { toml: '[proxy]\non_loop = "warn"' });
    expect(actionsOf(warned.calls)).toBe('allow allow warn');
    expect(warned.calls[2]).toMatchObject({ check: 'repeat' });
    expect(warned.totals).toMatchObject({ warned: 1, all: { stopped: 0 } });

    const killed = await decide([...three(), call({ args: {} })], {
      toml: '[proxy]\non_loop = "kill"',
    });
    expect(actionsOf(killed.calls)).toBe('allow allow kill refuse');
    expect(killed.calls[3]).toMatchObject({ check: 'killed' });
    expect(killed.totals).toMatchObject({ refused: 2, all: { killedRuns: 1 } });
  });

  it('replays a side effect, but not in another run', async () => {
    const toml = '[proxy.tools.look]\nside_effect = true';
    const { calls, totals } = await decide([call(), call(), call({ run: 2 })], { toml });
    expect(actionsOf(calls)).toBe('allow replay allow');
    expect(totals).toMatchObject({ replayed: 1, refused: 0 });
    const day = await decide([call(), call({ run: 2 })], { toml: `${toml}\ndedupe = "24h"` });
    expect(actionsOf(day.calls)).toBe('allow replay');
  });

  it('tells what shadow mode would have stopped', async () => {
    const { calls } = await decide(three(), { toml: '[proxy]\nshadow = true' });
    expect(actionsOf(calls)).toBe('allow allow refuse');
  });

  it('adds up what was spent: the recorded cost, else the estimate', async () => {
    const toml = '[proxy.tools.look]\nestimated_cost = 0.25';
    const records = [call({ cost: 0.1 }), call({ args: {} }), call({ run: 2 })];
    expect((await decide(records, { toml })).totals.spent).toBe(600_000);
  });

  it('is the same twice', async () => {
    const records = [...three(), ...three({ run: 'b' })];
    expect((await decide(records)).calls).toEqual((await decide(records)).calls);
  });

  it('refuses what cannot be compared, and goes on', async () => {
    let args = {};
    for (let depth = 0; depth < 4_000; depth += 1) args = { args };
    const simulation = new Simulation({ settings: settingsOf(), judge: true, onProblem: () => {} });
    const nested = { ...(await callOf(call())), args };
    expect(simulation.decide(nested)).toMatchObject({ action: 'refuse', check: 'fault' });
    expect(simulation.decide(await callOf(call()))).toMatchObject({ action: 'allow' });
  });
});

describe('the recorded clock', () => {
  const toml = '[proxy]\nmax_calls_per_minute = 1';
  const at = (timestamp: string | number | undefined, more: object = {}) => ({
    ...call({ args: { timestamp, ...more } }),
    timestamp,
    ...more,
  });

  it.each([
    ['2026-01-01T00:00:59.999Z', 'allow refuse'],
    ['2026-01-01T00:01:00.000Z', 'allow allow'],
  ])('a minute by the timestamps, up to %s', async (second, actions) => {
    const { calls } = await decide([at('2026-01-01T00:00:00Z'), at(second)], { toml });
    expect(actionsOf(calls)).toBe(actions);
  });

  it('goes one second per call of a run where there are none', async () => {
    const records = Array.from({ length: 62 }, (_, n) => [call({ args: { n } }), call({ run: n })]);
    const { calls } = await decide(records.flat(), { toml });
    const allowed = calls.filter(({ run, action }) => run === null && action === 'allow');
    expect(allowed.map(({ index }) => index / 2)).toEqual([0, 60]);
  });

  it('never goes back within a run', async () => {
    const times = [60_000, 1, 119_999, 120_000];
    const { calls } = await decide(
      times.map((time, n) => at(time, { n })),
      { toml },
    );
    expect(actionsOf(calls)).toBe('allow refuse refuse allow');
  });

  it('may stand earlier for one run than for another', async () => {
    const times = [at(500_000, { run: 'late' }), at(0), at(59_999, { n: 1 }), at(60_000, { n: 2 })];
    const { calls } = await decide(times, { toml });
    expect(actionsOf(calls)).toBe('allow allow refuse allow');
  });

  it.each([
    [299_999, 'allow refuse'],
    [300_000, 'allow allow'],
  ])('%d ms of silence and run_idle', async (silence, actions) => {
    const limited = '[proxy]\nmax_iterations = 1';
    const { calls, totals } = await decide([at(1_000), at(1_000 + silence)], { toml: limited });
    expect(actionsOf(calls)).toBe(actions);
    expect(totals.all.runs).toBe(1);
  });

  it('counts silence from the end of a traced call', async () => {
    const traced = (ended: number, duration: number) => ({
      payload: {
        kind: 'call',
        runId: 'r',
        tool: 't',
        outcome: 'success',
        args: { ended },
        timestamp: ended,
        duration_ms: duration,
      },
    });
    const limited = '[proxy]\nmax_iterations = 1';
    const silent = await decide([traced(1_000, 0), traced(301_000, 0)], { toml: limited });
    expect(actionsOf(silent.calls)).toBe('allow allow');
    const busy = await decide([traced(1_000, 0), traced(301_000, 1)], { toml: limited });
    expect(actionsOf(busy.calls)).toBe('allow refuse');
  });

  it('adds up the money of a run that silence cut in two', async () => {
    const priced = '[proxy.tools."*"]\nestimated_cost = 0.5';
    const { totals } = await decide([at(0), at(900_000)], { toml: priced });
    expect(totals).toMatchObject({ spent: 1_000_000, all: { runs: 1 } });
  });
});

describe('many runs', () => {
  it('ends the one that was silent longest beyond 2,000 open ones', async () => {
    const simulation = new Simulation({
      settings: settingsOf(),
      judge: false,
      onProblem: () => {},
    });
    const sample = await callOf(call());
    const open = (run: number) => simulation.decide({ ...sample, run });
    for (let run = 0; run < 2_000; run += 1) open(run);
    expect(simulation.totals.all.runs).toBe(0);
    open(0);
    open(2_000);
    expect(simulation.totals.all.runs).toBe(1);
    expect(open(0).action).toBe('refuse');
    open(1);
    expect([open(1), open(1)].map(({ action }) => action)).toEqual(['allow', 'refuse']);
    expect(simulation.end().all).toMatchObject({ runs: 2_002, calls: 2_006 });
  });
});
