import { describe, expect, it } from 'vitest';
import type { Effect, EffectLedger, EffectOutcome } from '../../../src/guard/effect-ledger.js';
import { MemoryLedger } from '../../../src/guard/memory-ledger.js';
import type { SettingsChange } from '../support/settings.js';
import {
  type Args,
  admitted,
  failure,
  lost,
  success,
  TestGuard,
  verdictOf,
} from '../support/test-guard.js';

const PAY: SettingsChange = {
  maxCostPerRun: 1_000,
  every: { estimatedCost: 10 },
  tools: { pay: { estimatedCost: 10, sideEffect: true } },
};

const pay = (guard: TestGuard, args: Args = { to: 'ann' }) => guard.admit('pay', args);

describe('a declared side effect', () => {
  it('is answered from the record once it is done', () => {
    const guard = new TestGuard(PAY);
    guard.call('pay', { to: 'ann' }, success({ id: 7 }));
    expect(pay(guard)).toMatchObject({
      action: 'replay',
      verdict: {
        check: 'side_effect',
        result: '{"id":7}',
        details: { state: 'done', key: expect.stringMatching(/^[0-9a-f]{12}$/) },
      },
    });
    expect(guard.run.status()).toMatchObject({ admitted: 1, replayed: 1, refused: 0, spent: 10 });
    expect(pay(guard, { to: 'bob' }).action).toBe('allow');
  });

  it('may be tried again when it failed', () => {
    const guard = new TestGuard(PAY);
    guard.call('pay', { to: 'ann' }, failure());
    expect(pay(guard).action).toBe('allow');
  });

  it('is refused with advice while nobody knows whether it took effect', () => {
    const guard = new TestGuard(PAY);
    guard.call('pay', { to: 'ann' }, lost);
    const decision = pay(guard);
    expect(decision).toMatchObject({ action: 'refuse', tripId: undefined, newTrip: undefined });
    expect(verdictOf(decision)).toMatchObject({
      check: 'side_effect',
      reason: expect.stringContaining('connection lost'),
      advice: expect.stringMatching(/fuze ledger resolve [0-9a-f]{12} --executed/),
      details: { state: 'unknown', cause: 'connection lost' },
    });
  });

  it.each([
    ['done', success({ id: 7 }), 'replay'],
    ['failed', failure(), 'allow'],
  ])('is %s after all when a late answer says so', (_, outcome, action) => {
    const guard = new TestGuard(PAY);
    const call = admitted(pay(guard));
    guard.run.settle(call, lost);
    guard.run.correct(call, outcome);
    expect(pay(guard).action).toBe(action);
  });

  it('waits for an identical one in flight, and then gets its result', () => {
    const guard = new TestGuard(PAY);
    const first = admitted(pay(guard));
    const waiting = pay(guard);
    expect(waiting).toMatchObject({ action: 'wait', verdict: { mine: true } });
    // Waiting is no refusal, and holds nothing.
    expect(guard.run.status()).toMatchObject({ inFlight: 1, reserved: 10, refused: 0 });
    guard.run.settle(first, success({ id: 7 }));
    expect(pay(guard)).toMatchObject({ action: 'replay', verdict: { result: '{"id":7}' } });
  });

  it('runs when the one it waited for has failed', () => {
    const guard = new TestGuard(PAY);
    const first = admitted(pay(guard));
    expect(pay(guard).action).toBe('wait');
    guard.run.settle(first, failure());
    expect(pay(guard).action).toBe('allow');
  });

  it('is the same in whatever order its arguments stand', () => {
    const guard = new TestGuard(PAY);
    guard.call('pay', { to: 'ann', amount: { value: 1, unit: 'EUR' } });
    expect(pay(guard, { amount: { unit: 'EUR', value: 1 }, to: 'ann' }).action).toBe('replay');
  });

  it('counts within its run, and no longer', () => {
    const guard = new TestGuard(PAY);
    const first = guard.run;
    guard.call('pay', { to: 'ann' });
    guard.run = guard.engine.openRun();
    expect(pay(guard).action).toBe('allow');
    guard.engine.endRun(first);
    expect(first.admit({ tool: 'pay', args: { to: 'ann' } }).action).toBe('allow');
  });

  it('counts across runs for a duration, to the millisecond', () => {
    const guard = new TestGuard({ tools: { pay: { sideEffect: true, dedupe: 1_000 } } });
    guard.call('pay', { to: 'ann' });
    guard.engine.endRun(guard.run);
    guard.run = guard.engine.openRun();
    guard.time = 999;
    expect(pay(guard).action).toBe('replay');
    guard.time = 1_000;
    expect(pay(guard).action).toBe('allow');
  });

  it('is not remembered with dedupe = "off"', () => {
    const guard = new TestGuard({ tools: { pay: { sideEffect: true, dedupe: 'off' } } }, () => {
      throw new Error('nobody needs the ledger');
    });
    expect(guard.actions([['pay'], ['pay']])).toEqual(['allow', 'allow']);
  });

  it('is told apart by idempotency_args alone, and by all arguments where none of them is there', () => {
    const settings = { sideEffect: true, idempotencyArgs: ['order'] };
    const guard = new TestGuard({ tools: { pay: settings } });
    guard.call('pay', { order: 1, note: 'a' });
    expect(pay(guard, { order: 1, note: 'b' }).action).toBe('replay');
    expect(pay(guard, { order: 2, note: 'a' }).action).toBe('allow');
    guard.call('pay', { note: 'a' });
    expect(pay(guard, { note: 'a' }).action).toBe('replay');
    expect(pay(guard, { note: 'b' }).action).toBe('allow');
  });

  it('is replayed although the budget is spent, and refused before it when it is new', () => {
    const guard = new TestGuard({ ...PAY, maxCostPerRun: 30 });
    guard.call('pay', { to: 'ann' });
    guard.actions([['a'], ['b']]);
    expect(pay(guard).action).toBe('replay');
    expect(verdictOf(pay(guard, { to: 'bob' })).check).toBe('budget');
  });

  it('leaves nothing in the ledger when another check stops it', () => {
    const ledger = new MemoryLedger();
    const guard = new TestGuard({ ...PAY, maxCostPerRun: 5 }, () => ledger);
    expect(pay(guard).action).toBe('refuse');
    guard.change(PAY);
    expect(pay(guard).action).toBe('allow');
  });

  it('is begun by the last check, when another process was faster', () => {
    const ledger = new MemoryLedger();
    const guard = new TestGuard(PAY, () => ({
      find: () => undefined,
      begin: (effect) => ledger.begin(effect),
      settle: (effect, outcome) => ledger.settle(effect, outcome),
      endRun: () => undefined,
    }));
    const first = admitted(pay(guard));
    expect(pay(guard).action).toBe('wait');
    expect(guard.run.status()).toMatchObject({ inFlight: 1, reserved: 10 });
    guard.run.settle(first, success(1));
    expect(pay(guard).action).toBe('replay');
  });

  it('tells what a person settled', () => {
    const guard = new TestGuard(PAY, () => ({
      find: () => ({
        state: 'done',
        key: 'abcdef012345',
        since: 0,
        result: undefined,
        resolvedByPerson: true,
      }),
      begin: () => undefined,
      settle: () => undefined,
      endRun: () => undefined,
    }));
    const decision = pay(guard);
    expect(decision).toMatchObject({ action: 'replay', verdict: { result: undefined } });
    expect(verdictOf(decision).reason).toContain('as a person confirmed');
  });

  it('goes through in shadow mode, twice too, and the record is that of a run without fuze', () => {
    const guard = new TestGuard({ ...PAY, shadow: true });
    const first = admitted(pay(guard));
    const second = pay(guard);
    expect(second).toMatchObject({ action: 'allow', shadow: { action: 'wait' } });
    guard.run.settle(first, success({ id: 1 }));
    guard.run.settle(admitted(second), success({ id: 2 }));
    expect(pay(guard)).toMatchObject({
      action: 'allow',
      shadow: { action: 'replay', verdict: { result: '{"id":1}' } },
    });
  });
});

describe('a ledger that throws', () => {
  type Step = 'open' | 'find' | 'begin' | 'settle' | 'endRun';

  /** A guard with a ledger of which one method throws. */
  function broken(step: Step): TestGuard {
    const ledger = new MemoryLedger();
    const fail = (at: Step): void => {
      if (at === step) throw new Error('disk full');
    };
    const failing: EffectLedger = {
      find: (effect: Effect) => {
        fail('find');
        return ledger.find(effect);
      },
      begin: (effect: Effect) => {
        fail('begin');
        return ledger.begin(effect);
      },
      settle: (effect: Effect, outcome: EffectOutcome) => {
        fail('settle');
        ledger.settle(effect, outcome);
      },
      endRun: () => fail('endRun'),
    };
    return new TestGuard(PAY, () => {
      fail('open');
      return failing;
    });
  }

  it.each(['open', 'find', 'begin'] as const)(
    'at %s: side effects are refused and say why, other calls go on',
    (step) => {
      const guard = broken(step);
      const decision = pay(guard);
      expect(decision).toMatchObject({ action: 'refuse', tripId: undefined });
      expect(verdictOf(decision)).toMatchObject({
        check: 'side_effect',
        reason: expect.stringContaining('disk full'),
        details: { state: 'unrecordable' },
      });
      expect(guard.problems).toEqual([new Error('disk full')]);
      expect(guard.call('read').action).toBe('allow');
      expect(guard.run.status()).toMatchObject({ inFlight: 0, reserved: 0, refused: 1 });
    },
  );

  it('at settle: the call is over, somebody is told, and it stays in the way of another', () => {
    const guard = broken('settle');
    expect(guard.call('pay', { to: 'ann' }).action).toBe('allow');
    expect(guard.problems).toEqual([new Error('disk full')]);
    expect(guard.run.status()).toMatchObject({ inFlight: 0, reserved: 0, spent: 10 });
    expect(pay(guard).action).toBe('wait');
    expect(guard.call('read').action).toBe('allow');
  });

  it('at the end of a run: somebody is told', () => {
    const guard = broken('endRun');
    guard.call('pay');
    guard.engine.endRun(guard.run);
    expect(guard.problems).toEqual([new Error('disk full')]);
  });

  it('is opened again for the next side effect', () => {
    let attempts = 0;
    const guard = new TestGuard(PAY, () => {
      attempts += 1;
      if (attempts === 1) throw new Error('locked');
      return new MemoryLedger();
    });
    expect(guard.call('read').action).toBe('allow');
    expect(attempts).toBe(0);
    expect(pay(guard).action).toBe('refuse');
    expect(pay(guard).action).toBe('allow');
    guard.call('pay', { to: 'bob' });
    expect(attempts).toBe(2);
  });
});

describe('what blocks side effects', () => {
  it('refuses them, also with dedupe = "off", and nothing else', () => {
    let blocked: string | undefined = 'the trace cannot be written';
    const guard = new TestGuard(
      { tools: { pay: { sideEffect: true }, mail: { sideEffect: true, dedupe: 'off' } } },
      undefined,
      { effectsBlocked: () => blocked },
    );
    expect(guard.actions([['pay'], ['mail'], ['read']])).toEqual(['refuse', 'refuse', 'allow']);
    expect(verdictOf(pay(guard)).reason).toContain('the trace cannot be written');
    expect(guard.problems).toEqual([]);
    blocked = undefined;
    expect(guard.actions([['pay'], ['mail']])).toEqual(['allow', 'allow']);
  });
});
