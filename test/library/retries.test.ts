import { describe, expect, it } from 'vitest';
import { backoff } from '../../src/library/backoff.js';
import { currentCall } from '../../src/library/call-context.js';
import {
  BudgetExceeded,
  CallLimitExceeded,
  GuardTimeout,
  LoopDetected,
  RunEnded,
} from '../../src/library/call-errors.js';
import { as, deferred, rejection, testEngine, testWorld } from './support.js';

/** A function that fails so many times and then returns. */
function failing(times: number): () => Promise<string> {
  let left = times;
  return async () => {
    if (left === 0) return 'done';
    left -= 1;
    throw new Error(`failure, ${left} left`);
  };
}

describe('backoff', () => {
  it('doubles from 100 ms to 2 s and waits between half and all of it', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((retry) => backoff(retry, 1))).toEqual([
      100, 200, 400, 800, 1_600, 2_000, 2_000,
    ]);
    expect(backoff(1, 0)).toBe(50);
  });
});

describe('retries', () => {
  it('tries a failed call three times more by default, and waits longer each time', async () => {
    const world = testWorld();
    const run = testEngine({}, world).createRun('agent');
    await expect(run.guard(failing(3), { name: 'flaky' })()).resolves.toBe('done');
    expect(world.slept).toEqual([75, 150, 300]);
    expect(run.getStatus()).toMatchObject({ calls: 4, failed: 3, succeeded: 1 });
  });

  it('rejects with the last error, unchanged, when they are used up', async () => {
    const run = testEngine({}, testWorld()).createRun('agent', { maxRetries: 1 });
    const error = await rejection(run.guard(failing(3), { name: 'flaky' })());
    expect(error).toEqual(new Error('failure, 1 left'));
    expect(run.getStatus().calls).toBe(2);
  });

  it('are as many as the function says, whatever the run says', async () => {
    const run = testEngine({}, testWorld()).createRun('agent', { maxRetries: 3 });
    await rejection(run.guard(failing(9), { name: 'flaky', maxRetries: 0 })());
    expect(run.getStatus().calls).toBe(1);
  });

  it('are never made for a side effect', async () => {
    const world = testWorld();
    const run = testEngine({}, world).createRun('agent');
    const pay = run.guard(failing(1), { name: 'pay', sideEffect: true, maxRetries: 5 });
    expect(await rejection(pay())).toEqual(new Error('failure, 0 left'));
    expect(world.slept).toEqual([]);
    // It failed, so it may be called again by who knows what to do.
    await expect(pay()).resolves.toBe('done');
  });

  it('are charged one by one, and stopped at the ceiling with the failure as the cause', async () => {
    const run = testEngine({}, testWorld()).createRun('agent', { maxCostPerRun: 0.5 });
    const work = run.guard(failing(9), { name: 'flaky', estimatedCost: 0.2, maxRetries: 5 });
    const error = as(BudgetExceeded, await rejection(work()));
    expect(error.accumulated).toBe(0.4);
    expect(error.cause).toEqual(new Error('failure, 7 left'));
  });

  it('count as calls of the run', async () => {
    const run = testEngine({}, testWorld()).createRun('agent', { maxIterations: 2 });
    as(CallLimitExceeded, await rejection(run.guard(failing(9), { name: 'flaky' })()));
    expect(run.getStatus().calls).toBe(2);
  });

  it('are no loop', async () => {
    const run = testEngine({}, testWorld()).createRun('agent', { maxIterations: 100 });
    const always = async () => Promise.reject(new Error('always'));
    const error = await rejection(run.guard(always, { name: 'flaky', maxRetries: 20 })());
    expect(error).toEqual(new Error('always'));
    expect(run.getStatus()).toMatchObject({ calls: 21, state: 'open' });
  });

  it('do not hide a loop of calls that fail each time', async () => {
    const run = testEngine({}, testWorld()).createRun('agent', { maxIterations: 100 });
    const always = run.guard(async () => Promise.reject(new Error('always')), { name: 'flaky' });
    await rejection(always());
    await rejection(always());
    as(LoopDetected, await rejection(always()));
    expect(run.getStatus().calls).toBe(8);
  });

  it('are not made of what fuze refused inside the function', async () => {
    const world = testWorld();
    const engine = testEngine({}, world);
    const inner = engine.createRun('inner', { maxIterations: 0 }).guard(() => 1, { name: 'inner' });
    const outer = engine.createRun('outer').guard(() => inner(), { name: 'outer' });
    as(CallLimitExceeded, await rejection(outer()));
    expect(world.slept).toEqual([]);
  });

  it('stop when the run ends meanwhile', async () => {
    const asleep = deferred<void>();
    const wake = deferred<void>();
    const sleep = (): Promise<void> => {
      asleep.resolve();
      return wake.promise;
    };
    const run = testEngine({}, { ...testWorld(), sleep }).createRun('agent');
    const work = rejection(run.guard(failing(1), { name: 'flaky' })());
    await asleep.promise;
    run.end();
    wake.resolve();
    as(RunEnded, await work);
  });
});

describe('a timeout', () => {
  it('rejects, aborts the signal, counts as unknown, and is not tried again', async () => {
    const run = testEngine({}, testWorld()).createRun('agent', { timeout: '1ms' });
    let starts = 0;
    let signal: AbortSignal | undefined;
    const hang = run.guard(function hang() {
      starts += 1;
      signal = currentCall()?.signal;
      return new Promise(() => {});
    });
    const error = as(GuardTimeout, await rejection(hang()));
    expect(error).toMatchObject({ check: 'timeout', tool: 'hang', timeoutMs: 1 });
    expect(error.message).toContain('"hang" took longer than its timeout of 1ms');
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toBe(error);
    expect(starts).toBe(1);
    expect(run.getStatus()).toMatchObject({ unknown: 1, failed: 0, inFlight: 0 });
  });

  it('costs the estimate', async () => {
    const run = testEngine().createRun('agent', { timeout: 1, chargeFailed: false });
    await rejection(run.guard(() => new Promise(() => {}), { name: 'hang', estimatedCost: 0.1 })());
    expect(run.getStatus().spent).toBe(0.1);
  });

  it('of the function beats that of the run', async () => {
    const run = testEngine().createRun('agent', { timeout: 1 });
    const held = deferred<string>();
    const patient = run.guard(() => held.promise, { name: 'patient', timeout: '1h' })();
    await rejection(run.guard(() => new Promise(() => {}), { name: 'hang' })());
    held.resolve('in time');
    await expect(patient).resolves.toBe('in time');
  });

  it('does not take what a slow function that blocks has returned', async () => {
    const run = testEngine().createRun('agent', { timeout: 1 });
    const block = run.guard(function block() {
      const end = performance.now() + 20;
      while (performance.now() < end);
      return 'returned';
    });
    await expect(block()).resolves.toBe('returned');
  });
});

describe('currentCall', () => {
  it('tells a function in which call and attempt it runs, also after an await', async () => {
    const run = testEngine({}, testWorld()).createRun('agent');
    const seen: unknown[] = [];
    const work = run.guard(
      async () => {
        await Promise.resolve();
        const { tool, runId, attempt, signal } = currentCall() ?? {};
        seen.push({ tool, runId, attempt, aborted: signal?.aborted });
        if (seen.length === 1) throw new Error('again');
      },
      { name: 'work' },
    );
    await work();
    const call = { tool: 'work', runId: run.runId, aborted: false };
    expect(seen).toEqual([
      { ...call, attempt: 1 },
      { ...call, attempt: 2 },
    ]);
    expect(currentCall()).toBeUndefined();
  });
});
