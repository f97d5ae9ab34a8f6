import { describe, expect, it } from 'vitest';
import {
  BudgetExceeded,
  CallError,
  CallLimitExceeded,
  LoopDetected,
  RateLimited,
  RunEnded,
  RunKilled,
} from '../../src/library/call-errors.js';
import { FuzeError } from '../../src/library/fuze-error.js';
import { tempFolder } from '../config/temp-folder.js';
import { as, deferred, rejection, testEngine, testWorld } from './support.js';

let count = 0;
/** A result that was never there before. */
const fresh = (): number => {
  count += 1;
  return count;
};

describe('a guarded function', () => {
  it('gets its arguments and its this, and returns a promise, whether it is async or not', async () => {
    const run = testEngine().createRun('agent');
    const counter = {
      by: 2,
      times: run.guard(function times(this: { by: number }, n: number) {
        return n * this.by;
      }),
    };
    await expect(counter.times(21)).resolves.toBe(42);
    const greet = run.guard(async (a: string, b = 'world') => `${a} ${b}`, { name: 'greet' });
    await expect(greet('hello')).resolves.toBe('hello world');
    expect(greet.name).toBe('greet');
  });

  it('starts at once', () => {
    let started = false;
    const work = testEngine()
      .createRun('agent')
      .guard(async function start() {
        started = true;
      });
    void work();
    expect(started).toBe(true);
  });

  it('rejects with what the function threw, unchanged, also when it threw at once', async () => {
    const run = testEngine({ maxRetries: 0 }).createRun('agent');
    const thrown = { not: 'an Error' };
    const broken = run.guard(function broken() {
      throw thrown;
    });
    expect(await rejection(broken())).toBe(thrown);
  });
});

describe('the budget', () => {
  it('allows exactly the ceiling and stops the next call, with the numbers', async () => {
    const run = testEngine().createRun('agent', { maxCostPerRun: 0.3 });
    const search = run.guard(fresh, { name: 'search', estimatedCost: 0.1 });
    for (let call = 0; call < 3; call += 1) await search();
    const error = as(BudgetExceeded, await rejection(search()));
    expect(error).toMatchObject({
      name: 'BudgetExceeded',
      check: 'budget',
      tool: 'search',
      runId: run.runId,
      accumulated: 0.3,
      ceiling: 0.3,
      estimated: 0.1,
    });
    expect(error.tripId).toMatch(/^fg_[0-9a-f]{12}$/);
    expect(error).toBeInstanceOf(FuzeError);
    expect(run.getStatus()).toMatchObject({ calls: 3, refused: 1, spent: 0.3, reserved: 0 });
  });

  it('counts what is in flight', async () => {
    const run = testEngine().createRun('agent', { maxCostPerRun: 0.3 });
    const held = deferred<number>();
    const search = run.guard(() => held.promise, { name: 'search', estimatedCost: 0.2 });
    const first = search();
    expect(run.getStatus()).toMatchObject({ inFlight: 1, reserved: 0.2 });
    expect(as(BudgetExceeded, await rejection(search())).accumulated).toBe(0.2);
    held.resolve(1);
    await first;
    expect(run.getStatus()).toMatchObject({ inFlight: 0, reserved: 0, spent: 0.2 });
  });

  it('stops a single call above maxCostPerStep', async () => {
    const run = testEngine().createRun('agent', { maxCostPerStep: 0.5 });
    await run.guard(fresh, { name: 'dear', estimatedCost: 0.5 })();
    const dearer = run.guard(fresh, { name: 'dearer', estimatedCost: 0.500001 });
    const error = as(BudgetExceeded, await rejection(dearer()));
    expect(error).toMatchObject({ ceiling: 0.5, estimated: 0.500001, details: { scope: 'step' } });
  });

  it('charges the actual cost, and the estimate of a failed call unless told otherwise', async () => {
    const engine = testEngine({ maxRetries: 0 });
    const run = engine.createRun('agent');
    await run.guard(() => ({ usd: 0.02 }), {
      name: 'model',
      estimatedCost: 0.5,
      cost: (result) => result.usd,
    })();
    expect(run.getStatus().spent).toBe(0.02);
    await run.guard(fresh, { name: 'fixed', cost: 0.25 })();
    expect(run.getStatus().spent).toBe(0.27);
    const fail = () => Promise.reject(new Error('no'));
    await rejection(run.guard(fail, { name: 'fail', cost: 0.25 })());
    expect(run.getStatus().spent).toBe(0.52);
    const lenient = engine.createRun('agent', { chargeFailed: false });
    await rejection(lenient.guard(fail, { name: 'fail', cost: 0.25 })());
    expect(lenient.getStatus()).toMatchObject({ spent: 0, failed: 1 });
  });

  it('learns the estimate of a function that states only what a call did cost', async () => {
    const run = testEngine().createRun('agent', { maxCostPerRun: 1 });
    const costs = [0.2, 0.4, 0.1];
    const ask = run.guard(() => costs.shift() ?? 0, { name: 'ask', cost: (usd) => usd });
    for (let call = 0; call < 3; call += 1) await ask();
    expect(run.getStatus().spent).toBe(0.7);
    expect(as(BudgetExceeded, await rejection(ask()))).toMatchObject({
      accumulated: 0.7,
      estimated: 0.4,
    });
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 'free'])(
    'charges the estimate and says so when cost gives %s, and keeps the result',
    async (wrong) => {
      const engine = testEngine();
      const run = engine.createRun('agent');
      const buy = run.guard(() => 'bought', {
        name: 'buy',
        estimatedCost: 0.1,
        cost: () => wrong as number,
      });
      await expect(buy()).resolves.toBe('bought');
      expect(run.getStatus().spent).toBe(0.1);
      expect(engine.notices).toEqual([expect.stringContaining(`gave ${String(wrong)}`)]);
    },
  );
});

describe('loops', () => {
  it('stops the third identical call without a new result and ends the run', async () => {
    const run = testEngine().createRun('agent');
    const search = run.guard(async (q: { text: string; page: number }) => [q.text], {
      name: 'search',
    });
    await search({ text: 'x', page: 1 });
    await search({ page: 1, text: 'x' });
    const error = as(LoopDetected, await rejection(search({ text: 'x', page: 1 })));
    expect(error).toMatchObject({ check: 'repeat', tool: 'search', killed: true });
    expect(run.getStatus()).toMatchObject({ state: 'killed', tripId: error.tripId });
    const other = run.guard(fresh, { name: 'other' });
    expect(as(RunKilled, await rejection(other())).tripId).toBe(error.tripId);
  });

  it('lets polling with changing results pass', async () => {
    const run = testEngine().createRun('agent');
    const poll = run.guard(fresh, { name: 'poll' });
    for (let call = 0; call < 25; call += 1) await poll();
    expect(run.getStatus()).toMatchObject({ calls: 25, refused: 0 });
  });

  it('takes functions that return nothing for functions that return the same', async () => {
    const run = testEngine().createRun('agent');
    const ping = run.guard(function ping() {});
    await ping();
    await ping();
    as(LoopDetected, await rejection(ping()));
  });

  it.each([
    ['a Map', () => new Map()],
    ['a class instance', () => new (class Order {})()],
    ['a circle', () => circle()],
    ['a bigint', () => 1n],
  ])('takes a result that is %s for new each time', async (_, make) => {
    const run = testEngine().createRun('agent');
    const load = run.guard(make, { name: 'load' });
    for (let call = 0; call < 5; call += 1) await load();
    expect(run.getStatus().refused).toBe(0);
  });

  it('takes arguments that JSON cannot carry for new each time, unless they are ignored', async () => {
    const run = testEngine().createRun('agent');
    const load = (_client: Map<string, string>, _id: number) => 'same';
    const plain = run.guard(load, { name: 'plain' });
    for (let call = 0; call < 5; call += 1) await plain(new Map(), 1);
    const ignoring = run.guard(load, { name: 'ignoring', ignoreArgs: ['0'] });
    await ignoring(new Map(), 1);
    await ignoring(new Map(), 1);
    as(LoopDetected, await rejection(ignoring(new Map(), 1)));
  });

  it('refuses the call and goes on with onLoop "skip", and only says so with "warn"', async () => {
    const engine = testEngine();
    const run = engine.createRun('agent', { onLoop: 'skip' });
    const same = run.guard(() => 1, { name: 'same' });
    await same();
    await same();
    expect(as(LoopDetected, await rejection(same())).killed).toBe(false);
    expect(run.getStatus().state).toBe('open');
    const warned = run.guard(() => 1, { name: 'warned', onLoop: 'warn' });
    for (let call = 0; call < 3; call += 1) await warned();
    expect(engine.notices).toEqual([expect.stringContaining('"warned"')]);
  });

  it('are none for two functions without a name', async () => {
    const run = testEngine().createRun('agent');
    for (let call = 0; call < 5; call += 1) await run.guard(() => 1)();
    expect(run.getStatus().refused).toBe(0);
    const one = run.guard(() => 1);
    await one();
    await one();
    as(LoopDetected, await rejection(one()));
  });
});

describe('counts', () => {
  it('stops the call after maxIterations', async () => {
    const run = testEngine().createRun('agent', { maxIterations: 2 });
    const work = run.guard(fresh, { name: 'work' });
    await work();
    await work();
    const error = as(CallLimitExceeded, await rejection(work()));
    expect(error).toMatchObject({ check: 'iterations', details: { calls: 2, limit: 2 } });
  });

  it('stops the call after maxCallsPerRun of one tool', async () => {
    const run = testEngine().createRun('agent');
    const work = run.guard(fresh, { name: 'work', maxCallsPerRun: 1 });
    await work();
    const error = as(CallLimitExceeded, await rejection(work()));
    expect(error).toMatchObject({ check: 'calls_per_tool', details: { calls: 1, limit: 1 } });
    await run.guard(fresh, { name: 'other' })();
  });

  it('stops calls above maxCallsPerMinute and says when the next is possible', async () => {
    const world = testWorld();
    const run = testEngine({}, world).createRun('agent', { maxCallsPerMinute: 2 });
    const work = run.guard(fresh, { name: 'work' });
    await work();
    await work();
    const error = as(RateLimited, await rejection(work()));
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
    world.pass(error.retryAfterMs);
    await work();
  });

  it('only watches in shadow mode', async () => {
    const run = testEngine().createRun('agent', { maxIterations: 1, shadow: true });
    const work = run.guard(fresh, { name: 'work' });
    await work();
    await work();
    expect(run.getStatus()).toMatchObject({ calls: 2, refused: 0, wouldStop: 1 });
  });
});

describe('a run', () => {
  it('refuses calls after its end, and tells its last figures', async () => {
    const run = testEngine().createRun('nightly report');
    const work = run.guard(fresh, { name: 'work', estimatedCost: 0.5 });
    await work();
    expect(run.end()).toMatchObject({
      name: 'nightly report',
      runId: run.runId,
      state: 'ended',
      calls: 1,
      succeeded: 1,
      spent: 0.5,
      maxCostPerRun: 10,
    });
    expect(run.runId).toMatch(/^nightly-report_[0-9a-f]{16}$/);
    const error = as(RunEnded, await rejection(work()));
    expect(error).toMatchObject({ check: 'ended', tool: 'work', runId: run.runId });
    expect(run.end().calls).toBe(1);
  });

  it('counts apart from other runs', async () => {
    const engine = testEngine({ maxIterations: 1 });
    const work = (name: string) => engine.createRun(name).guard(fresh, { name: 'work' });
    await work('one')();
    await work('two')();
  });

  it('lets every error about a call be told by one class', async () => {
    const run = testEngine().createRun('agent', { maxIterations: 0 });
    const error = as(CallError, await rejection(run.guard(fresh, { name: 'work' })()));
    expect(error.message).toContain('max_iterations allows 0');
  });
});

describe('the off switch', () => {
  it.each([{ FUZE: '0' }, { DRIFTGUARD_FUSE: '0' }])('%o lets everything pass', async (env) => {
    const folder = tempFolder();
    const engine = testEngine({ maxIterations: 0, trace: true }, testWorld(folder, env));
    const run = engine.createRun('agent');
    const undone: number[] = [];
    const work = run.guard(() => 7, {
      name: 'work',
      compensate: (result) => undone.push(result),
    });
    await expect(work()).resolves.toBe(7);
    expect(engine.notices).toEqual([expect.stringContaining('switched off')]);
    await run.rollback();
    expect(undone).toEqual([7]);
  });
});

function circle(): object {
  const made: { self?: object } = {};
  made.self = made;
  return made;
}
