import { describe, expect, it } from 'vitest';
import { usdToMicros } from '../../../src/config/money.js';
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
    expect(guard.actions([['a'], ['b'], ['c'], ['d']])).toEqual([
      'allow',
      'allow',
      'allow',
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
    expect(verdict.reason).toContain('$0.30 of $0.30');
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
    expect(guard.call('b').action).toBe('refuse');
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
      'allow',
      'refuse',
      'allow',
    ]);
  });

  it('allows nothing that costs at a ceiling of 0', () => {
    const guard = new TestGuard({ maxCostPerRun: 0, tools: { paid: { estimatedCost: 1 } } });
    expect(guard.actions([['paid'], ['free']])).toEqual(['refuse', 'allow']);
  });
});
