import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  GuardTimeout,
  ResultNotRecorded,
  RunEnded,
  SideEffectUnknown,
  SideEffectUnrecordable,
} from '../../src/library/call-errors.js';
import { ConfigurationError } from '../../src/library/fuze-error.js';
import type { EngineOptions } from '../../src/library/options.js';
import { tempFolder } from '../config/temp-folder.js';
import { as, deferred, rejection, testEngine, testWorld, turn } from './support.js';

/** A function that counts how often it really ran. */
function refunds() {
  const done: string[] = [];
  const refund = async (order: { id: string; note?: string }) => {
    done.push(order.id);
    return { order: order.id, number: done.length };
  };
  return { done, refund };
}

const onceOnly = { name: 'refund', sideEffect: true } as const;

describe.each<[string, EngineOptions]>([
  ['in memory', {}],
  ['in SQLite', { ledger: true, stateDir: 'state' }],
])('a side effect, %s', (_, ledger) => {
  it('runs once per identical arguments, and returns the recorded value again', async () => {
    const run = testEngine(ledger).createRun('agent');
    const { done, refund } = refunds();
    const guarded = run.guard(refund, onceOnly);
    const first = await guarded({ id: 'a', note: 'x' });
    const second = await guarded({ note: 'x', id: 'a' });
    expect(second).toEqual({ order: 'a', number: 1 });
    expect(second).not.toBe(first);
    await guarded({ id: 'b', note: 'x' });
    expect(done).toEqual(['a', 'b']);
    expect(run.getStatus()).toMatchObject({ calls: 2, replayed: 1 });
    run.end();
  });

  it('is known by the arguments named in idempotencyArgs alone', async () => {
    const run = testEngine(ledger).createRun('agent');
    const { done, refund } = refunds();
    const byId = run.guard(refund, { ...onceOnly, idempotencyArgs: ['id'] });
    await byId({ id: 'a', note: 'one' });
    await byId({ id: 'a', note: 'two' });
    const byPosition = run.guard(async (id: string, _: Map<string, string>) => done.push(id), {
      name: 'mail',
      sideEffect: true,
      idempotencyArgs: ['0'],
    });
    await byPosition('c', new Map());
    await byPosition('c', new Map());
    expect(done).toEqual(['a', 'c']);
    run.end();
  });

  it('makes the second of two in flight wait for the result of the first', async () => {
    const run = testEngine(ledger).createRun('agent');
    const held = deferred<string>();
    let starts = 0;
    const pay = run.guard(
      () => {
        starts += 1;
        return held.promise;
      },
      { name: 'pay', sideEffect: true },
    );
    const both = Promise.all([pay(), pay(), pay()]);
    held.resolve('paid');
    expect(await both).toEqual(['paid', 'paid', 'paid']);
    expect(starts).toBe(1);
    run.end();
  });

  it('lets the second of two in flight run when the first has failed', async () => {
    const run = testEngine(ledger).createRun('agent');
    const held = deferred<string>();
    const ends = [held.promise, Promise.resolve('second')];
    const pay = run.guard(() => ends.shift(), { name: 'pay', sideEffect: true });
    const first = rejection(pay());
    const second = pay();
    held.reject(new Error('declined'));
    expect(await first).toEqual(new Error('declined'));
    expect(await second).toBe('second');
    run.end();
  });

  it('is not waited for longer than the timeout of the second', async () => {
    const run = testEngine(ledger).createRun('agent');
    const held = deferred<string>();
    const pay = (timeout: number | string) =>
      run.guard(() => held.promise, { name: 'pay', sideEffect: true, timeout })();
    const first = pay('1h');
    const error = as(SideEffectUnknown, await rejection(pay(1)));
    expect(error.details.state).toBe('pending');
    held.resolve('paid');
    await expect(first).resolves.toBe('paid');
    run.end();
  });

  it('that timed out is not repeated, in no run, until its late result tells what happened', async () => {
    const engine = testEngine(ledger);
    const run = engine.createRun('agent');
    const held = deferred<string>();
    const options = { name: 'pay', sideEffect: true, timeout: 1 };
    const pay = run.guard(() => held.promise, options);
    const timeout = as(GuardTimeout, await rejection(pay()));
    expect(timeout.message).toContain('It may have taken effect');
    const error = as(SideEffectUnknown, await rejection(pay()));
    expect(error).toMatchObject({
      check: 'side_effect',
      tool: 'pay',
      runId: run.runId,
      details: { state: 'unknown', cause: 'timeout' },
    });
    const elsewhere = engine.createRun('agent');
    // Only who has a file has something to resolve.
    expect(error.message.includes(`fuze ledger resolve ${error.details.key}`)).toBe(
      ledger.ledger === true,
    );
    as(SideEffectUnknown, await rejection(elsewhere.guard(() => 'again', options)()));
    held.resolve('paid after all');
    await turn();
    await expect(pay()).resolves.toBe('paid after all');
    run.end();
    elsewhere.end();
  });

  it('that timed out stays unknown when it throws late, which an abort makes most functions do', async () => {
    const run = testEngine(ledger).createRun('agent');
    const held = deferred<string>();
    const pay = run.guard(() => held.promise, { name: 'pay', sideEffect: true, timeout: 1 });
    await rejection(pay());
    held.reject(new Error('aborted'));
    await turn();
    as(SideEffectUnknown, await rejection(pay()));
    run.end();
  });

  it('whose function says that nobody knows is not repeated', async () => {
    const run = testEngine(ledger).createRun('agent');
    const lost = new Error('connection reset');
    const pay = run.guard(() => Promise.reject(lost), {
      name: 'pay',
      sideEffect: true,
      unknownIf: (error) => error === lost,
    });
    expect(await rejection(pay())).toBe(lost);
    const error = as(SideEffectUnknown, await rejection(pay()));
    expect(error.details.cause).toBe('connection lost');
    run.end();
  });

  it('returns undefined again where the function returned it', async () => {
    const run = testEngine(ledger).createRun('agent');
    let runs = 0;
    const send = run.guard(
      () => {
        runs += 1;
      },
      { name: 'send', sideEffect: true },
    );
    await expect(send()).resolves.toBeUndefined();
    await expect(send()).resolves.toBeUndefined();
    expect(runs).toBe(1);
    run.end();
  });

  it('gives again what JSON makes of a result, and says so when it makes nothing of it', async () => {
    const run = testEngine(ledger).createRun('agent');
    const at = new Date(0);
    const dated = run.guard(() => ({ at }), { name: 'dated', sideEffect: true });
    expect(await dated()).toEqual({ at });
    expect(await dated()).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    const map = run.guard(() => new Map(), { name: 'map', sideEffect: true });
    await map();
    const error = as(ResultNotRecorded, await rejection(map()));
    expect(error.message).toContain('was carried out');
    run.end();
  });

  it('does not run when its arguments cannot be compared', async () => {
    const run = testEngine(ledger).createRun('agent');
    const { done, refund } = refunds();
    const guarded = run.guard(
      (map: Map<string, string>) => refund({ id: `${map.size}` }),
      onceOnly,
    );
    const error = as(SideEffectUnrecordable, await rejection(guarded(new Map())));
    expect(error.message).toContain('idempotencyArgs');
    expect(done).toEqual([]);
    run.end();
  });

  it('is another effect in another run, unless dedupe is a time', async () => {
    const engine = testEngine(ledger);
    const { done, refund } = refunds();
    for (const dedupe of ['run', '24h'] as const) {
      for (let n = 0; n < 2; n += 1) {
        const run = engine.createRun('agent');
        await run.guard(refund, { ...onceOnly, name: dedupe, dedupe })({ id: dedupe });
        run.end();
      }
    }
    expect(done).toEqual(['run', 'run', '24h']);
  });

  it('is another effect under another name of the run', async () => {
    const engine = testEngine(ledger);
    const { done, refund } = refunds();
    for (const name of ['one', 'two']) {
      const run = engine.createRun(name);
      await run.guard(refund, { ...onceOnly, dedupe: '24h' })({ id: 'a' });
      run.end();
    }
    expect(done).toEqual(['a', 'a']);
  });

  it('that waits is told when the run ends', async () => {
    const run = testEngine(ledger).createRun('agent');
    const held = deferred<string>();
    const pay = run.guard(() => held.promise, { name: 'pay', sideEffect: true });
    const first = pay();
    const second = rejection(pay());
    run.end();
    as(RunEnded, await second);
    held.resolve('paid');
    await expect(first).resolves.toBe('paid');
  });
});

describe('a side effect without a name', () => {
  it('is refused at once, since nobody would know it again', () => {
    const run = testEngine().createRun('agent');
    expect(() => run.guard(() => 1, { sideEffect: true })).toThrow(ConfigurationError);
    expect(() => run.guard(() => 1, { sideEffect: true })).toThrow('pass the option name');
  });
});

describe('the ledger on disk', () => {
  it('remembers after a restart', async () => {
    const folder = tempFolder();
    const { done, refund } = refunds();
    for (let start = 0; start < 2; start += 1) {
      // An engine of its own has a memory of its own; only the file is shared.
      const run = testEngine({}, testWorld(folder)).createRun('agent', { ledger: 'own.db' });
      const guarded = run.guard(refund, { ...onceOnly, dedupe: '24h' });
      expect(await guarded({ id: 'a' })).toEqual({ order: 'a', number: 1 });
      run.end();
    }
    expect(done).toEqual(['a']);
    expect(existsSync(join(folder, 'own.db'))).toBe(true);
  });

  it('is ledger.db in the state folder with true, and no file before the first side effect', async () => {
    const folder = tempFolder();
    const run = testEngine({ ledger: true }, testWorld(folder)).createRun('agent');
    await run.guard(() => 1, { name: 'read' })();
    const file = join(folder, '.fuze', 'ledger.db');
    expect(existsSync(file)).toBe(false);
    await run.guard(() => 1, { name: 'write', sideEffect: true })();
    expect(existsSync(file)).toBe(true);
    run.end();
  });

  it('that cannot be written stops side effects and nothing else', async () => {
    const folder = tempFolder({ 'a file': '' });
    const engine = testEngine({}, testWorld(folder));
    const run = engine.createRun('agent', { ledger: 'a file/ledger.db' });
    const { done, refund } = refunds();
    const error = as(
      SideEffectUnrecordable,
      await rejection(run.guard(refund, onceOnly)({ id: 'a' })),
    );
    expect(error.message).toContain('it cannot be recorded now');
    expect(done).toEqual([]);
    expect(engine.notices).not.toEqual([]);
    await expect(run.guard(() => 1, { name: 'read' })()).resolves.toBe(1);
    run.end();
  });
});
