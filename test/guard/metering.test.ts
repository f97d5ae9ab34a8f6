import { describe, expect, it } from 'vitest';
import { success, TestGuard, verdictOf } from './support/test-guard.js';

describe('what a run uses beside its calls', () => {
  it('is spent and reported', () => {
    const guard = new TestGuard();
    guard.call('a', {}, success('x', 5));
    expect(guard.run.status()).not.toHaveProperty('metered');
    guard.run.meter({ tokens: 10, cost: 7 });
    guard.run.meter({ tokens: 1, cost: 0 });
    expect(guard.run.status()).toMatchObject({
      admitted: 1,
      spent: 12,
      reserved: 0,
      metered: { tokens: 11, cost: 7 },
    });
  });

  it('leaves the next call in at exactly the ceiling, and refuses it above', () => {
    const guard = new TestGuard({ maxCostPerRun: 100 });
    guard.run.meter({ tokens: 0, cost: 100 });
    expect(guard.call('a').action).toBe('warn');
    guard.run.meter({ tokens: 0, cost: 1 });
    expect(verdictOf(guard.call('b'))).toMatchObject({
      check: 'budget',
      details: { spentUsd: 0.000_101, remainingUsd: 0 },
    });
  });

  it('counts beside what calls in flight hold', () => {
    const guard = new TestGuard({ maxCostPerRun: 100, every: { estimatedCost: 40 } });
    guard.admit('a');
    guard.run.meter({ tokens: 0, cost: 21 });
    expect(guard.admit('b').action).toBe('refuse');
  });

  it('counts against the ceiling of tokens', () => {
    const guard = new TestGuard({ maxTokens: 100 });
    guard.run.meter({ tokens: 90, cost: 0 });
    expect(guard.admit('a', {}, { argsBytes: 40 }).action).toBe('allow');
    guard.run.meter({ tokens: 1, cost: 0 });
    expect(verdictOf(guard.admit('b', {}, { argsBytes: 4 }))).toMatchObject({
      check: 'tokens',
      details: { usedTokens: 91, reservedTokens: 10 },
    });
  });

  it('flows with the money of the calls, and is no call of their average', () => {
    const loop = { costVelocityThreshold: 1_000_000, costVelocityWindow: 60_000 };
    const guard = new TestGuard({ loop, every: { estimatedCost: 100_000, loopChecks: false } });
    for (let call = 0; call < 5; call += 1) guard.call('a', { call });
    guard.run.meter({ tokens: 0, cost: 400_000 });
    expect(guard.call('a', { call: 5 })).toMatchObject({ action: 'allow' });
    expect(guard.call('a', { call: 6 })).toMatchObject({
      action: 'warn',
      warnings: [{ check: 'velocity', details: { spentUsd: 1.1 } }],
    });
  });

  it('is gone with the run', () => {
    const guard = new TestGuard({ maxCostPerRun: 100 });
    guard.run.meter({ tokens: 5, cost: 500 });
    guard.run = guard.engine.openRun();
    expect(guard.call('a').action).toBe('allow');
    expect(guard.run.status()).not.toHaveProperty('metered');
  });
});
