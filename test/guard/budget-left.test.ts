import { describe, expect, it } from 'vitest';
import { success, TestGuard, verdictOf } from './support/test-guard.js';

/** A guard with a ceiling of a dollar, of which so many micro-dollars are spent. */
function having(spent: number): TestGuard {
  const guard = new TestGuard({
    maxCostPerRun: 1_000_000,
    maxIterations: 2,
    tools: { pay: { sideEffect: true } },
  });
  guard.call('pay', {}, success('paid'));
  guard.call('a', {}, success('x', spent));
  return guard;
}

describe('what is left', () => {
  it.each([
    [799_999, undefined],
    [800_000, { spentUsd: 0.8, remainingUsd: 0.2 }],
    [1_000_000, { spentUsd: 1, remainingUsd: 0 }],
    [1_200_000, { spentUsd: 1.2, remainingUsd: 0 }],
  ])('after %i micro-dollars of a dollar: %j', (spent, left) => {
    expect(having(spent).run.budgetLeft()).toEqual(left);
  });

  it('is told in every refusal from 80 % on, whatever the check', () => {
    const before = verdictOf(having(799_999).admit('b'));
    expect(before.check).toBe('iterations');
    expect(before.details).not.toHaveProperty('remainingUsd');
    expect(verdictOf(having(800_000).admit('b'))).toMatchObject({
      check: 'iterations',
      details: { limit: 2, remainingUsd: 0.2, spentUsd: 0.8 },
    });
  });

  it('is told in a replay', () => {
    const guard = having(900_000);
    guard.change({ maxCostPerRun: 1_000_000, tools: { pay: { sideEffect: true } } });
    expect(guard.admit('pay')).toMatchObject({
      action: 'replay',
      verdict: { details: { state: 'done', remainingUsd: 0.1 } },
    });
  });

  it('counts what calls in flight hold', () => {
    const guard = new TestGuard({
      maxCostPerRun: 1_000_000,
      maxIterations: 1,
      every: { estimatedCost: 900_000 },
    });
    guard.admit('a');
    expect(verdictOf(guard.admit('b')).details).toMatchObject({ spentUsd: 0, remainingUsd: 0.1 });
  });

  it('is not written into the trip, which is about its cause', () => {
    const decision = having(900_000).admit('b');
    expect('newTrip' in decision && decision.newTrip?.verdict.details).toEqual({
      calls: 2,
      limit: 2,
    });
  });

  it('is as it is now in the refusals of a killed run', () => {
    const guard = new TestGuard({ maxCostPerRun: 1_000_000, every: { onLoop: 'kill' } });
    const open = guard.admit('slow', {}, { readOnly: true });
    for (let call = 0; call < 3; call += 1) guard.call('a');
    expect(verdictOf(guard.admit('b')).details).toEqual({ cause: 'repeat' });
    if ('warnings' in open) guard.run.settle(open.call, success('x', 850_000));
    expect(verdictOf(guard.admit('b'))).toMatchObject({
      check: 'killed',
      details: { cause: 'repeat', remainingUsd: 0.15 },
    });
  });

  it('says nothing of a run that has spent nothing of nothing', () => {
    expect(new TestGuard({ maxCostPerRun: 0 }).run.budgetLeft()).toBeUndefined();
  });
});
