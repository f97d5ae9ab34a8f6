import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/guard/tool-call.js';
import { type Args, admitted, success, TestGuard, verdictOf } from '../support/test-guard.js';

type Step = readonly [tool: string, args?: Args, outcome?: Outcome];

const step = (tool: string, result: unknown = `what ${tool} brings`): Step => [
  tool,
  {},
  success(result),
];
const cycle = (period: number): Step[] =>
  Array.from({ length: period }, (_, n) => step(`get_${n}`));
const rounds = (count: number, period: number): Step[] =>
  Array.from({ length: count }, () => cycle(period)).flat();

/** Number of the first call that is not allowed, from 1; undefined when all are. */
function firstStop(guard: TestGuard, steps: readonly Step[]): number | undefined {
  const index = guard.actions(steps).findIndex((action) => action !== 'allow');
  return index === -1 ? undefined : index + 1;
}

/** Without the check of single calls, which would stop short cycles first. */
const guardOf = (loop = {}): TestGuard => new TestGuard({ loop: { windowSize: 1, ...loop } });

describe('a cycle', () => {
  it.each([
    [2, 6],
    [3, 9],
  ])('of %i calls is stopped with the call that closes its third round', (period, stop) => {
    const guard = guardOf();
    expect(firstStop(guard, rounds(3, period))).toBe(stop);
    expect(verdictOf(guard.admit(`get_${period - 1}`))).toMatchObject({
      check: 'sequence',
      kind: 'loop',
      details: { period, rounds: 3 },
    });
  });

  it.each([4, 5, 8, 13])('of %i calls is stopped early in its third round', (period) => {
    const guard = guardOf();
    expect(firstStop(guard, rounds(4, period))).toBe(2 * period + 3);
    expect(verdictOf(guard.admit('get_2'))).toMatchObject({
      check: 'sequence',
      details: { wornCalls: 2, times: 2, rounds: 3 },
    });
  });

  it.each([2, 4])('counts sequence_repeats = %i rounds', (sequenceRepeats) => {
    const stop = firstStop(guardOf({ sequenceRepeats }), rounds(6, 2));
    expect(stop).toBe(2 * sequenceRepeats);
  });

  it('longer than sequence_max_period is not looked for as such', () => {
    const guard = guardOf({ sequenceMaxPeriod: 2 });
    expect(firstStop(guard, rounds(4, 3))).toBe(9);
    expect(verdictOf(guard.admit('get_2'))).toMatchObject({ details: { wornCalls: 2 } });
  });

  it('is also one in ever another order', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((tool) => step(`get_${tool}`));
    if (!a || !b || !c || !d) throw new Error('four');
    const steps = [a, b, c, d, b, d, a, c, d, c, b];
    expect(firstStop(guardOf(), steps)).toBe(11);
  });

  it('is also one of calls that act and bring the same every time', () => {
    const steps = [step('open'), step('restart'), step('check_health')];
    expect(firstStop(guardOf(), [...steps, ...steps, ...steps])).toBe(9);
  });

  it('is over after a call that went another way', () => {
    const guard = guardOf();
    expect(firstStop(guard, rounds(3, 2))).toBe(6);
    expect(guard.actions([step('get_new'), ...cycle(2)])).toEqual(['allow', 'allow', 'allow']);
  });
});

describe('no cycle', () => {
  it('is one that brings something new in each round', () => {
    const steps = Array.from({ length: 10 }, (_, n) => [step('get_a', n), step('get_b')]).flat();
    expect(firstStop(guardOf(), steps)).toBeUndefined();
  });

  it('is read, edit, read, edit on one file after the other', () => {
    const steps = Array.from({ length: 20 }, (_, n): Step[] => [
      ['read_file', { path: n }, success(`old ${n}`)],
      ['edit_file', { path: n }, success('ok')],
    ]).flat();
    expect(firstStop(guardOf(), steps)).toBeUndefined();
  });

  it('is one call over and over, which is a repeat', () => {
    expect(firstStop(guardOf(), rounds(20, 1))).toBeUndefined();
  });

  it('is to read again twice what was read before', () => {
    expect(firstStop(guardOf(), rounds(2, 12))).toBeUndefined();
  });

  it('is to read what was changed since', () => {
    const edit: Step = ['edit_file', { path: 2 }, success('ok')];
    const steps = [...rounds(2, 5), edit, ...cycle(2), step('get_2', 'changed')];
    expect(firstStop(guardOf(), steps)).toBeUndefined();
  });

  it.each([
    [59_999, 6],
    [60_000, undefined],
  ])('is one with a pause: after %i ms the stop is at %s', (pause, stop) => {
    const guard = guardOf();
    const actions = [0, 1, 2].flatMap(() => {
      guard.time += pause;
      return guard.actions(cycle(2));
    });
    expect(actions.indexOf('refuse')).toBe(stop === undefined ? -1 : stop - 1);
  });

  it('is a long one with pauses, as when many jobs are looked after', () => {
    const guard = guardOf();
    for (let round = 0; round < 6; round += 1) {
      guard.time += 60_000;
      expect(guard.actions(cycle(7))).not.toContain('refuse');
    }
  });

  it('is made of calls in flight together', () => {
    const guard = guardOf();
    const calls = rounds(5, 2).map(([tool]) => admitted(guard.admit(tool)));
    for (const call of calls) guard.run.settle(call, success(call.tool));
    expect(calls).toHaveLength(10);
  });

  it('is made of calls that are left out of the loop checks', () => {
    const guard = new TestGuard({ every: { loopChecks: false } });
    expect(firstStop(guard, rounds(6, 3))).toBeUndefined();
  });
});

it('remembers at least 1,000 answers, and cycles over twice as many are not seen', () => {
  const ids = (count: number): Step[] =>
    Array.from({ length: count }, (_, id) => ['get', { id }, success(id)]);
  const threeTimes = (steps: Step[]) => [...steps, ...steps, ...steps];
  expect(firstStop(guardOf(), threeTimes(ids(1_000)))).toBe(2_003);
  expect(firstStop(guardOf(), threeTimes(ids(2_000)))).toBeUndefined();
});
