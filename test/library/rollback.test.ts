import { describe, expect, it } from 'vitest';
import { CallError, RunEnded } from '../../src/library/call-errors.js';
import { RollbackIncomplete } from '../../src/library/compensations.js';
import { FuzeError } from '../../src/library/fuze-error.js';
import { as, deferred, rejection, testEngine } from './support.js';

function booking(maxRetries = 0) {
  const run = testEngine({ maxRetries }).createRun('trip');
  const undone: unknown[][] = [];
  const book = run.guard(async (what: string, nights: number) => ({ what, nights }), {
    name: 'book',
    sideEffect: true,
    compensate: (...told) => void undone.push(told),
  });
  return { run, undone, book };
}

describe('rollback', () => {
  it('undoes the calls that succeeded, the last first, with their results and arguments', async () => {
    const { run, undone, book } = booking();
    await book('hotel', 2);
    await book('car', 3);
    expect(await run.rollback()).toEqual({ compensated: ['book', 'book'], unknown: [] });
    expect(undone).toEqual([
      [{ what: 'car', nights: 3 }, 'car', 3],
      [{ what: 'hotel', nights: 2 }, 'hotel', 2],
    ]);
  });

  it('undoes each call once: not what was replayed, and nothing at a second rollback', async () => {
    const { run, undone, book } = booking();
    await book('hotel', 2);
    await book('hotel', 2);
    await run.rollback();
    expect(await run.rollback()).toEqual({ compensated: [], unknown: [] });
    expect(undone).toHaveLength(1);
  });

  it('leaves alone what failed, and functions without a handler', async () => {
    const { run } = booking();
    const undo = (): void => {
      throw new Error('nothing to undo');
    };
    const fail = run.guard(() => Promise.reject(new Error('no')), {
      name: 'fail',
      compensate: undo,
    });
    await rejection(fail());
    await run.guard(() => 1, { name: 'read' })();
    expect(await run.rollback()).toEqual({ compensated: [], unknown: [] });
  });

  it('ends the run', async () => {
    const { run, book } = booking();
    await run.rollback();
    expect(run.getStatus().state).toBe('ended');
    as(RunEnded, await rejection(book('hotel', 1)));
  });

  it('works after the run has ended or was killed', async () => {
    const { run, undone, book } = booking();
    await book('hotel', 2);
    const same = run.guard(() => 1, { name: 'same' });
    await same();
    await same();
    as(CallError, await rejection(same()));
    run.end();
    await run.rollback();
    expect(undone).toHaveLength(1);
  });

  it('waits for what is in flight and undoes it too', async () => {
    const { run } = booking();
    const held = deferred<string>();
    const undone: string[] = [];
    const slow = run.guard(() => held.promise, {
      name: 'slow',
      compensate: (result) => undone.push(result),
    });
    const call = slow();
    const rollback = run.rollback();
    held.resolve('done');
    await call;
    await rollback;
    expect(undone).toEqual(['done']);
  });

  it('runs all handlers though some fail, tells which, and keeps those for the next time', async () => {
    const run = testEngine().createRun('trip');
    const broken = new Set(['b', 'c']);
    const undone: string[] = [];
    const step = (name: string) =>
      run.guard(() => name, {
        name,
        timeout: 5,
        compensate: (result) => {
          if (result === 'c' && broken.has(result)) return new Promise(() => {});
          if (broken.has(result)) throw new Error(`${result} cannot be undone`);
          undone.push(result);
          return undefined;
        },
      });
    for (const name of ['a', 'b', 'c', 'd']) await step(name)();
    const error = as(RollbackIncomplete, await rejection(run.rollback()));
    expect(undone).toEqual(['d', 'a']);
    expect(error.report).toEqual({ compensated: ['d', 'a'], unknown: [] });
    expect(error.failures.map(({ tool }) => tool)).toEqual(['c', 'b']);
    expect(String(error.failures[0]?.error)).toContain('longer than its timeout of 5 ms');
    expect(error.failures[1]?.error).toEqual(new Error('b cannot be undone'));
    expect(error).toMatchObject({ check: 'rollback', details: { failed: 2, compensated: 2 } });
    broken.clear();
    expect(await run.rollback()).toEqual({ compensated: ['c', 'b'], unknown: [] });
    expect(undone).toEqual(['d', 'a', 'c', 'b']);
  });

  it('names side effects of which nobody knows whether they took place', async () => {
    const { run } = booking();
    const pay = run.guard(() => new Promise(() => {}), {
      name: 'pay',
      sideEffect: true,
      timeout: 1,
    });
    await rejection(pay());
    const read = run.guard(() => new Promise(() => {}), { name: 'read', timeout: 1 });
    await rejection(read());
    expect(await run.rollback()).toEqual({ compensated: [], unknown: ['pay'] });
  });

  it('runs once when asked for twice at the same time', async () => {
    const { run, undone, book } = booking();
    await book('hotel', 2);
    const [one, two] = await Promise.all([run.rollback(), run.rollback()]);
    expect(one).toBe(two);
    expect(undone).toHaveLength(1);
  });

  it('refuses to wait for the function that calls it', async () => {
    const { run } = booking();
    const inside = run.guard(() => run.rollback(), { name: 'inside' });
    const error = as(FuzeError, await rejection(inside()));
    expect(error.message).toContain('inside a guarded function of its own run');
  });
});
