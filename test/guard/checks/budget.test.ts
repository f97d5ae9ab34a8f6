import { describe, expect, it } from 'vitest';
import { usdToMicros } from '../../../src/config/money.js';
import type { Decision } from '../../../src/guard/decision.js';
import type { SettingsChange } from '../support/settings.js';
import { admitted, failure, lost, success, TestGuard, verdictOf } from '../support/test-guard.js';

const cents = (amount: number): number => amount * 10_000;

describe('budget of a step', () => {
  it('allows an estimate of exactly max_cost_per_step, and no micro-dollar more', () => {
    const guard = new TestGuard({
      maxCostPerStep: cents(10),
      tools: { fits: { estimatedCost: cents(10) }, above: { estimatedCost: cents(10) + 1 } },
    });
    expect(guard.call('fits').action).toBe('allow');
    expect(verdictOf(guard.call('above'))).toMatchObject({
      check: 'budget',
      details: { scope: 'step', estimatedUsd: 0.100001, ceilingUsd: 0.1 },
    });
  });
});

describe('budget of a run', () => {
  it('fits 0.1 three times into 0.3', () => {
    const estimatedCost = usdToMicros(0.1);
    const guard = new TestGuard({ maxCostPerRun: usdToMicros(0.3), every: { estimatedCost } });
    // Of half the ceiling, and of all of it, is warned.
    expect(guard.actions([['a'], ['b'], ['c'], ['d']])).toEqual([
      'allow',
      'warn',
      'warn',
      'refuse',
    ]);
    expect(guard.run.status().spent).toBe(300_000);
  });

  it('reserves for calls in flight, and tells both sums', () => {
    const guard = new TestGuard({
      maxCostPerRun: cents(30),
      every: { estimatedCost: cents(10), loopChecks: false },
    });
    guard.call('a');
    const first = admitted(guard.admit('a'));
    const second = admitted(guard.admit('a'));
    const verdict = verdictOf(guard.admit('a'));
    expect(verdict).toMatchObject({
      check: 'budget',
      kind: 'stop',
      details: {
        scope: 'run',
        spentUsd: 0.1,
        reservedUsd: 0.2,
        estimatedUsd: 0.1,
        ceilingUsd: 0.3,
      },
    });
    expect(verdict.reason).toContain('$0.30 of $0.30, and $0.00 is left');
    // One that cost less than estimated makes room for the rest.
    guard.run.settle(first, success('x', 0));
    expect(guard.admit('a').action).toBe('allow');
    guard.run.settle(second, success('x', cents(10)));
    expect(guard.admit('a').action).toBe('refuse');
  });

  it('charges what a call really cost where that is known, also above the estimate', () => {
    const guard = new TestGuard({ maxCostPerRun: cents(30), every: { estimatedCost: cents(1) } });
    guard.call('a', {}, success('x', cents(50)));
    expect(guard.run.status().spent).toBe(cents(50));
    const verdict = verdictOf(guard.call('b'));
    expect(verdict).toMatchObject({ check: 'budget', details: { spentUsd: 0.5, remainingUsd: 0 } });
    expect(verdict.reason).toContain('$0.50, which is above its ceiling of $0.30');
    expect(verdict).not.toMatchObject({ advice: expect.stringContaining('cost nothing') });
  });

  it('lets nothing run any more when the ceiling is passed, not even what costs nothing', () => {
    const guard = new TestGuard({ maxCostPerRun: cents(30) });
    guard.call('a', {}, success('x', cents(30)));
    expect(guard.call('free').action).toBe('warn');
    guard.call('b', {}, success('x', 1));
    expect(verdictOf(guard.call('free')).check).toBe('budget');
    guard.run = guard.engine.openRun();
    expect(guard.call('free').action).toBe('allow');
  });

  it.each([
    [true, cents(10)],
    [false, 0],
  ])('with charge_failed = %s a failed call costs %i', (chargeFailed, spent) => {
    const guard = new TestGuard({ chargeFailed, every: { estimatedCost: cents(10) } });
    guard.call('a', {}, failure());
    expect(guard.run.status()).toMatchObject({ spent, reserved: 0 });
    // Nobody knows that it failed: it costs.
    guard.call('b', {}, lost);
    expect(guard.run.status()).toMatchObject({ spent: spent + cents(10), reserved: 0 });
  });

  it('lets what costs nothing run when everything is spent', () => {
    const guard = new TestGuard({
      maxCostPerRun: cents(1),
      tools: { paid: { estimatedCost: cents(1) } },
    });
    expect(guard.actions([['paid'], ['paid', { x: 1 }], ['free']])).toEqual([
      'warn',
      'refuse',
      'allow',
    ]);
  });

  it('allows nothing that costs at a ceiling of 0', () => {
    const guard = new TestGuard({ maxCostPerRun: 0, tools: { paid: { estimatedCost: 1 } } });
    expect(guard.actions([['paid'], ['free']])).toEqual(['refuse', 'allow']);
  });
});

describe('thresholds', () => {
  const settings: SettingsChange = { maxCostPerRun: 1_000, every: { loopChecks: false } };
  const priced = (guard: TestGuard, estimatedCost: number): Decision => {
    guard.change({ ...settings, every: { loopChecks: false, estimatedCost } });
    return guard.admit('a');
  };
  const percentOf = (decision: Decision): unknown =>
    'warnings' in decision ? decision.warnings[0]?.details.thresholdPercent : decision.action;
  /** The thresholds warned of when calls of these prices come one after the other, none of them ended. */
  const told = (...prices: number[]): unknown[] => {
    const guard = new TestGuard();
    return prices.map((price) => percentOf(priced(guard, price)));
  };

  it.each([
    [50, 499],
    [80, 799],
    [95, 949],
    [100, 999],
  ])('of %i %%: reached exactly, and not a micro-dollar before, once', (percent, below) => {
    // What was reached on the way there is told on the way there.
    const [, atLast, after] = told(below, 1, 0);
    expect(percentOf(priced(new TestGuard(), below))).not.toBe(percent);
    expect(atLast).toBe(percent);
    expect(after).toBeUndefined();
  });

  it('are told one after the other, each once', () => {
    expect(told(499, 1, 299, 1, 149, 1, 49, 1, 0)).toEqual([
      undefined,
      50,
      undefined,
      80,
      undefined,
      95,
      undefined,
      100,
      undefined,
    ]);
  });

  it('reached together are one warning, of the highest', () => {
    expect(told(400, 560, 0, 40, 1)).toEqual([undefined, 95, undefined, 100, 'refuse']);
  });

  it('count what calls in flight hold, and are not told again when it is given back', () => {
    const guard = new TestGuard(settings);
    const first = admitted(priced(guard, 500));
    guard.run.settle(first, success('x', 100));
    expect(percentOf(priced(guard, 400))).toBeUndefined();
    expect(percentOf(priced(guard, 300))).toBe(80);
  });

  it('passed by an actual cost are told with the next call', () => {
    const guard = new TestGuard(settings);
    guard.call('a', {}, success('x', 800));
    expect(percentOf(guard.admit('a'))).toBe(80);
  });

  it('say what they mean', () => {
    const decision = priced(new TestGuard(), 500);
    expect(decision).toMatchObject({
      action: 'warn',
      warnings: [{ check: 'budget', kind: 'warning', details: { ceilingUsd: 0.001 } }],
    });
    expect('warnings' in decision && decision.warnings[0]?.reason).toBe(
      'With this call of "a", $0.0005 of the $0.001 of this run are spent or held: 50 % is reached.',
    );
  });

  it('are told later when the call that reached them is stopped by another check', () => {
    const price = { estimatedCost: 500 };
    const guard = new TestGuard({ maxCostPerRun: 1_000 });
    for (let call = 0; call < 2; call += 1) guard.call('a');
    guard.change({ maxCostPerRun: 1_000, tools: { a: price, b: price } });
    expect(verdictOf(guard.call('a')).check).toBe('repeat');
    expect(percentOf(guard.admit('b'))).toBe(50);
  });

  it('begin anew with a run', () => {
    const guard = new TestGuard(settings);
    expect(percentOf(priced(guard, 1_000))).toBe(100);
    guard.run = guard.engine.openRun();
    expect(percentOf(priced(guard, 1_000))).toBe(100);
  });

  it('are none of a ceiling of 0 until something is spent', () => {
    const guard = new TestGuard({ maxCostPerRun: 0 });
    expect(percentOf(guard.admit('a'))).toBeUndefined();
  });
});
