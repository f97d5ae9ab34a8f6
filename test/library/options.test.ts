import { describe, expect, it } from 'vitest';
import { BudgetExceeded, CallLimitExceeded, LoopDetected } from '../../src/library/call-errors.js';
import { createEngineIn } from '../../src/library/engine.js';
import { ConfigurationError, FuzeError } from '../../src/library/fuze-error.js';
import { tempFolder } from '../config/temp-folder.js';
import { as, rejection, testEngine, testWorld } from './support.js';

function refusal(work: () => unknown): ConfigurationError {
  try {
    work();
  } catch (error) {
    return as(ConfigurationError, error);
  }
  throw new Error('it was accepted');
}

describe('limits in code', () => {
  it.each([
    [{ maxCostPerRun: -1 }, 'maxCostPerRun: found -1, allowed is a number of US dollars'],
    [{ maxCostPerRun: Number.NaN }, 'maxCostPerRun: found nan'],
    [{ maxCostPerStep: Number.POSITIVE_INFINITY }, 'maxCostPerStep: found inf'],
    [{ maxCostPerRun: '5' }, 'maxCostPerRun: found "5"'],
    [{ maxIterations: 1.5 }, 'maxIterations: found 1.5, allowed is a whole number, 0 or more'],
    [{ timeout: '30' }, 'timeout: found "30", allowed is a duration such as "250ms"'],
    [{ timeout: 0 }, 'timeout: found 0'],
    [{ onLoop: 'stop' }, 'onLoop: found "stop", allowed is "kill" or "skip" or "warn"'],
    [{ ignoreArgs: ['a', 1] }, 'ignoreArgs[1]: found 1, allowed is a name in quotes'],
    [{ loop: { windowSize: 0 } }, 'loop: windowSize: found 0'],
    [
      { loop: { windwSize: 5 } },
      'windwSize: unknown option; the nearest known one is "windowSize"',
    ],
    [{ trace: 1 }, 'trace: found 1, allowed is true, false or a path'],
    [{ maxCost: 1 }, 'maxCost: unknown option'],
    [{ max_cost_per_run: 1 }, 'the nearest known one is "maxCostPerRun"'],
    [{ sideEffect: true }, 'sideEffect: unknown option'],
  ])('%o is refused with the name, the value and what is allowed', (limits, text) => {
    const { message } = refusal(() => testEngine().createRun('agent', limits as object));
    expect(message).toContain('createRun: ');
    expect(message).toContain(text);
  });

  it('are all checked at once', () => {
    const { message } = refusal(() =>
      testEngine().createRun('agent', { maxCostPerRun: -1, timeout: 'soon' }),
    );
    expect(message.split('\n')).toHaveLength(2);
  });

  it('take undefined for not given', () => {
    const run = testEngine().createRun('agent', { maxCostPerRun: undefined, loop: undefined });
    expect(run.getStatus().maxCostPerRun).toBe(10);
  });

  it.each([undefined, '', 7])('%s is no name of a run', (name) => {
    const { message } = refusal(() => testEngine().createRun(name as string));
    expect(message).toContain('the name of the run');
  });
});

describe('options of a function', () => {
  it.each([
    [{ estimatedCost: -1 }, 'estimatedCost: found -1'],
    [{ cost: -1 }, 'cost: found -1, allowed is a number of US dollars'],
    [{ cost: 'free' }, 'cost: found "free"'],
    [{ compensate: true }, 'compensate: found true, allowed is a function'],
    [{ unknownIf: 1 }, 'unknownIf: found 1'],
    [{ idempotencyArgs: [] }, 'idempotencyArgs: found an array of 0'],
    [{ dedupe: 'day' }, 'dedupe: found "day"'],
    [{ name: '' }, 'name: found ""'],
    [{ readOnly: 'yes' }, 'readOnly: found "yes"'],
    [{ sideEfect: true }, 'the nearest known one is "sideEffect"'],
    [{ maxCostPerRun: 1 }, 'maxCostPerRun: unknown option'],
  ])('%o are refused with the name, the value and what is allowed', (options, text) => {
    const run = testEngine().createRun('agent');
    const { message } = refusal(() => run.guard(() => 1, options as object));
    expect(message).toContain('guard: ');
    expect(message).toContain(text);
  });

  it('need a function', () => {
    const run = testEngine().createRun('agent');
    const { message } = refusal(() => run.guard('work' as unknown as () => void));
    expect(message).toContain('found string, allowed is a function');
  });

  it.each([null, 7, []])('%o are no options', (options) => {
    const run = testEngine().createRun('agent');
    expect(refusal(() => run.guard(() => 1, options as object)).message).toContain('an object');
  });
});

describe('fuze.toml', () => {
  const toml =
    '[defaults]\nmax_cost_per_run = 0.2\nmax_iterations = 2\n[proxy]\nmax_iterations = 9\n';

  it('applies to the library, with [defaults] and without [proxy]', async () => {
    const run = testEngine({}, testWorld(tempFolder({ 'fuze.toml': toml }))).createRun('agent');
    const work = run.guard(() => Math.random(), { name: 'work' });
    await work();
    await work();
    as(CallLimitExceeded, await rejection(work()));
    const dear = run.guard(() => 1, { name: 'dear', estimatedCost: 0.21 });
    expect(run.getStatus().maxCostPerRun).toBe(0.2);
    as(CallLimitExceeded, await rejection(dear()));
  });

  it('gives way to the engine, and the engine to the run', () => {
    const world = testWorld(tempFolder({ 'fuze.toml': toml }));
    const engine = testEngine({ maxCostPerRun: 0.3 }, world);
    expect(engine.createRun('one').getStatus().maxCostPerRun).toBe(0.3);
    expect(engine.createRun('two', { maxCostPerRun: 0.4 }).getStatus().maxCostPerRun).toBe(0.4);
  });

  it('brings its retries, timeout, what is a loop and what happens then', async () => {
    const world = testWorld(
      tempFolder({
        'fuze.toml':
          '[defaults]\nmax_retries = 1\ntimeout = 77\non_loop = "skip"\n[loop_detection]\nrepeat_threshold = 2\n',
      }),
    );
    const run = testEngine({}, world).createRun('agent');
    await rejection(run.guard(() => Promise.reject(new Error('no')), { name: 'fail' })());
    expect(run.getStatus().calls).toBe(2);
    const same = run.guard(() => 1, { name: 'same' });
    await same();
    expect(as(LoopDetected, await rejection(same())).killed).toBe(false);
    const looser = testEngine({}, world).createRun('agent', { loop: { repeatThreshold: 3 } });
    const again = looser.guard(() => 1, { name: 'same' });
    await again();
    await again();
    as(LoopDetected, await rejection(again()));
  });

  it('can be named or left aside', () => {
    const folder = tempFolder({
      'fuze.toml': toml,
      'other.toml': '[defaults]\nmax_cost_per_run = 7\n',
    });
    const maxCost = (config: string | false) =>
      createEngineIn(testWorld(folder), { config }).createRun('agent').getStatus().maxCostPerRun;
    expect(maxCost('other.toml')).toBe(7);
    expect(maxCost(false)).toBe(10);
  });

  it('that cannot be understood is an error with file, line and key', () => {
    const world = testWorld(tempFolder({ 'fuze.toml': '[defaults]\ntimeout = "30"\n' }));
    const { message } = refusal(() => createEngineIn(world));
    expect(message).toMatch(/fuze\.toml:2: defaults\.timeout: found "30"/);
    expect(refusal(() => createEngineIn(world))).toBeInstanceOf(FuzeError);
  });
});

describe('guard without a run', () => {
  it('takes the limits of a run of its own', async () => {
    const engine = testEngine();
    const work = engine.guard((n: number) => n, {
      name: 'work',
      estimatedCost: 0.2,
      maxCostPerRun: 0.3,
    });
    const other = engine.guard((n: number) => n, { name: 'other', maxIterations: 1 });
    await work(1);
    as(BudgetExceeded, await rejection(work(2)));
    await other(1);
    as(CallLimitExceeded, await rejection(other(2)));
  });

  it('opens a new run after the time given without a call', async () => {
    const world = testWorld();
    const work = testEngine({ runIdle: '5m' }, world).guard((n: number) => n, {
      name: 'work',
      maxIterations: 1,
    });
    await work(1);
    world.pass(250_000);
    as(CallLimitExceeded, await rejection(work(2)));
    world.pass(300_000);
    await work(3);
  });

  it('needs a name for the engine when the ledger is on disk', () => {
    const unnamed = testEngine({ ledger: true });
    expect(refusal(() => unnamed.guard(() => 1)).message).toContain('createEngine needs');
    testEngine({ ledger: true, name: 'shop' }).guard(() => 1);
  });
});
