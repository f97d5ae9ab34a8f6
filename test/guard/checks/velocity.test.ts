import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/guard/decision.js';
import { admitted, success, TestGuard } from '../support/test-guard.js';

const CENT = 10_000;
const DOLLAR = 100 * CENT;

let ids = 0;
/** A call with arguments and an answer of its own. */
function pay(guard: TestGuard, cost?: number, tool = 'buy'): Decision {
  ids += 1;
  return guard.call(tool, { id: ids }, success(`receipt ${ids}`, cost));
}

const warningOf = (decision: Decision) =>
  decision.action === 'warn' ? decision.warnings[0] : undefined;

/** Prices of tools in micro-dollars, with more money than the budget would ever warn of. */
function guardOf(estimates: Readonly<Record<string, number>> = {}, loop = {}): TestGuard {
  const tools = Object.fromEntries(
    Object.entries(estimates).map(([tool, estimatedCost]) => [tool, { estimatedCost }]),
  );
  return new TestGuard({ tools, loop, maxCostPerRun: 1e12, maxCostPerStep: 1e12 });
}

describe('the pace', () => {
  it('may reach the threshold, and is warned of above it', () => {
    const guard = guardOf({ buy: 25 * CENT });
    for (let n = 0; n < 4; n += 1) expect(pay(guard).action).toBe('allow');
    expect(warningOf(pay(guard))).toMatchObject({
      check: 'velocity',
      kind: 'warning',
      reason:
        'With this call of "buy", $1.25 are spent within 60 s; cost_velocity_threshold is $1.00 a minute.',
      details: { spentUsd: 1.25, windowMs: 60_000, thresholdUsdPerMinute: 1 },
    });
  });

  it('is one per minute, whatever the window', () => {
    const guard = guardOf({ buy: DOLLAR }, { costVelocityWindow: 120_000 });
    expect([pay(guard), pay(guard), pay(guard)].map(({ action }) => action)).toEqual([
      'allow',
      'allow',
      'warn',
    ]);
  });

  it('counts what was really spent, of calls without an estimate too', () => {
    const guard = guardOf();
    expect(pay(guard, DOLLAR + 1).action).toBe('allow');
    expect(warningOf(pay(guard))?.reason).toContain('within 60 s');
  });

  it('is warned of once in a window', () => {
    const guard = guardOf({ buy: 2 * DOLLAR });
    expect(pay(guard).action).toBe('warn');
    guard.time = 59_999;
    expect(pay(guard).action).toBe('allow');
    guard.time = 60_000;
    expect(pay(guard).action).toBe('warn');
  });

  it('forgets what was spent before the window', () => {
    const guard = guardOf({ buy: 60 * CENT });
    pay(guard);
    guard.time = 58_000;
    expect(guard.admit('buy', { id: 'soon' }).action).toBe('warn');
    const later = guardOf({ buy: 60 * CENT });
    pay(later);
    later.time = 61_000;
    expect(pay(later).action).toBe('allow');
  });

  it('begins anew when the window is changed', () => {
    const guard = guardOf({ buy: 60 * CENT });
    pay(guard);
    const tools = { buy: { estimatedCost: 60 * CENT } };
    guard.change({
      tools,
      loop: { costVelocityWindow: 3_600_000, costVelocityThreshold: 10_000 },
      maxCostPerRun: 1e12,
    });
    expect(pay(guard).action).toBe('allow');
    expect(pay(guard).action).toBe('warn');
  });

  it('is not watched when the threshold is 0', () => {
    const guard = guardOf({ buy: 100 * DOLLAR }, { costVelocityThreshold: 0 });
    for (let n = 0; n < 20; n += 1) expect(pay(guard).action).toBe('allow');
  });

  it('counts calls in flight when they have ended', () => {
    const guard = guardOf({ buy: 60 * CENT });
    const calls = [1, 2, 3].map((id) => admitted(guard.admit('buy', { id })));
    for (const call of calls) guard.run.settle(call, success(call.args.id));
    expect(pay(guard).action).toBe('warn');
  });
});

describe('a spike', () => {
  const calm = (count: number, loop = {}): TestGuard => {
    const guard = guardOf(
      { buy: CENT, report: 15 * CENT, small: 11 * CENT - 1 },
      { costVelocityThreshold: 1_000 * DOLLAR, ...loop },
    );
    for (let n = 0; n < count; n += 1) expect(pay(guard).action).toBe('allow');
    return guard;
  };

  it('is warned of before it happens, after at least five calls that cost', () => {
    expect(pay(calm(4), undefined, 'report').action).toBe('allow');
    expect(warningOf(pay(calm(5), undefined, 'report'))).toMatchObject({
      check: 'velocity',
      kind: 'warning',
      reason: 'A call of "report" costs $0.15, while the calls of this run cost $0.01 on average.',
      details: { costUsd: 0.15, averageUsd: 0.01 },
    });
  });

  it('that shows only when the bill comes is told with the next call, once', () => {
    const guard = calm(5);
    expect(pay(guard, DOLLAR).action).toBe('allow');
    expect(warningOf(pay(guard))?.reason).toBe(
      'A call of "buy" cost $1.00, while the calls of this run cost $0.01 on average.',
    );
    expect(pay(guard).action).toBe('allow');
  });

  it('lies at least 10 cents above the average', () => {
    expect(pay(calm(5), undefined, 'small').action).toBe('allow');
    expect(pay(calm(5), 11 * CENT).action).toBe('allow');
  });

  it('is five times the average: 101 after 100s is none', () => {
    const guard = guardOf(
      { buy: 100 * DOLLAR, more: 101 * DOLLAR, five: 500 * DOLLAR },
      { costVelocityThreshold: 1e12 },
    );
    for (let n = 0; n < 6; n += 1) pay(guard);
    expect(pay(guard, undefined, 'more').action).toBe('allow');
    expect(pay(guard, undefined, 'five').action).toBe('allow');
    const exact = guardOf(
      { buy: 100 * DOLLAR, five: 500 * DOLLAR },
      { costVelocityThreshold: 1e12 },
    );
    for (let n = 0; n < 6; n += 1) pay(exact);
    expect(pay(exact, undefined, 'five').action).toBe('warn');
  });

  it('does not make the cheap calls after it dear', () => {
    const guard = calm(5);
    pay(guard, undefined, 'report');
    for (let n = 0; n < 20; n += 1) expect(pay(guard).action).toBe('allow');
  });

  it('does not count calls that cost nothing', () => {
    const guard = calm(5);
    for (let n = 0; n < 50; n += 1) pay(guard, undefined, 'free');
    expect(pay(guard, undefined, 'report').action).toBe('warn');
  });
});

it('adds up the last window only, however long the run is', () => {
  // One micro-dollar every 60 ms makes 1,000 in a minute.
  const guard = guardOf({ buy: 1 }, { costVelocityThreshold: 1_100 });
  const warnedWithin = (calls: number, step: number): boolean => {
    let warned = false;
    for (let n = 0; n < calls; n += 1) {
      guard.time += step;
      warned ||= pay(guard).action === 'warn';
    }
    return warned;
  };
  expect(warnedWithin(50_000, 60)).toBe(false);
  expect(warnedWithin(2_000, 30)).toBe(true);
});
