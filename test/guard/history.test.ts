import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/guard/run.js';
import type { Outcome } from '../../src/guard/tool-call.js';
import { admitted, failure, success, TestGuard, timedOut } from './support/test-guard.js';

const lastOf = (run: Run) => run.recentCalls(1)[0];

/** What is remembered of a call that ended like this, after those before it. */
function entryAfter(...calls: readonly (readonly [tool: string, outcome: Outcome])[]) {
  const guard = new TestGuard({ every: { loopChecks: false } });
  for (const [tool, outcome] of calls) guard.call(tool, {}, outcome);
  return lastOf(guard.run);
}

describe('an entry', () => {
  it('holds what became of the call', () => {
    expect(entryAfter(['get_x', success('a')])).toMatchObject({
      tool: 'get_x',
      manner: 'reads',
      reads: true,
      place: 1,
      endedAt: 1,
      outcome: 'success',
      news: 'first',
      times: 1,
    });
    expect(entryAfter(['set_x', failure('order 7 is gone')])).toMatchObject({
      reads: false,
      outcome: 'failure',
      errorClass: 'order <n> is gone',
    });
  });

  it('tells a timeout, but nothing of a call that was cancelled', () => {
    expect(entryAfter(['a', timedOut])).toMatchObject({ resultHash: 'timeout', news: 'first' });
    const cancelled = entryAfter(['a', { kind: 'unknown', reason: 'cancelled' }]);
    expect(cancelled).toMatchObject({ outcome: 'unknown', resultHash: undefined, news: undefined });
  });

  it.each([
    ['first', ['a']],
    ['same', ['a', 'a']],
    ['changed', ['a', 'b']],
    ['changed', ['a', 'b', 'a']],
    ['same', ['a', 'b', 'b']],
  ])('holds an answer against the last one: %s for %j', (news, answers) => {
    expect(entryAfter(...answers.map((a) => ['x', success(a)] as const))).toMatchObject({ news });
  });

  it.each([
    [['a', 'a', 'a'], 3],
    [['a', 'a', 'b'], 1],
    [['a', 'b', 'a', 'a'], 2],
  ])('counts how often the answer came in a row: %j makes %i', (answers, times) => {
    expect(entryAfter(...answers.map((a) => ['x', success(a)] as const))).toMatchObject({ times });
  });

  it('is known to look by its annotation, but for a tool that waits', () => {
    const guard = new TestGuard();
    guard.admit('thing', {}, { readOnly: true });
    expect(lastOf(guard.run)).toMatchObject({ manner: 'unknown', reads: true });
    guard.admit('wait_for', {}, { readOnly: true });
    expect(lastOf(guard.run)).toMatchObject({ manner: 'waits', reads: false });
  });

  it('is in flight until the call ends, whatever comes in between', () => {
    const guard = new TestGuard();
    const call = admitted(guard.admit('a'));
    guard.call('b');
    expect(guard.run.recentCalls(2)[0]).toMatchObject({ outcome: 'in flight', endedAt: undefined });
    guard.run.settle(call, success());
    expect(guard.run.recentCalls(2)[0]).toMatchObject({ outcome: 'success', place: 1, endedAt: 2 });
  });

  it('is taken over by a call that tries again', () => {
    const guard = new TestGuard();
    const first = admitted(guard.admit('a'));
    guard.run.settle(first, failure());
    const second = admitted(guard.admit('a', {}, { retryOf: first }));
    expect(guard.run.recentCalls(9)).toMatchObject([{ outcome: 'in flight' }]);
    guard.run.settle(second, success());
    expect(guard.run.recentCalls(9)).toMatchObject([{ outcome: 'success' }]);
  });
});

describe('the memory of a run', () => {
  it.each([
    [5, 50],
    [200, 200],
  ])(
    'holds at least what a window of %i needs: %i calls, and at most twice as many',
    (windowSize, least) => {
      const guard = new TestGuard({ loop: { windowSize } });
      for (let n = 0; n < 5_000; n += 1) guard.call('a', { n }, success(n));
      const { length } = guard.run.recentCalls(Number.POSITIVE_INFINITY);
      expect(length).toBeGreaterThanOrEqual(least);
      expect(length).toBeLessThan(2 * least);
    },
  );

  it('remembers at least the last 1,000 answers, and fewer than twice as many', () => {
    const guard = new TestGuard({ every: { loopChecks: false } });
    const newsOf = (n: number) => {
      guard.call('a', { n }, success(n));
      return lastOf(guard.run)?.news;
    };
    for (let n = 0; n < 1_999; n += 1) newsOf(n);
    expect(newsOf(999)).toBe('same');
    for (let n = 2_000; n < 3_000; n += 1) newsOf(n);
    expect([newsOf(0), newsOf(2_000), newsOf(998)]).toEqual(['first', 'same', 'first']);
  });

  it('forgets the answer that is the longest not asked for again', () => {
    const guard = new TestGuard({ every: { loopChecks: false } });
    const newsOf = (n: number) => {
      guard.call('a', { n }, success(n));
      return lastOf(guard.run)?.news;
    };
    for (let n = 0; n < 4_000; n += 1) {
      newsOf(n);
      if (n % 500 === 0) newsOf(7);
    }
    expect([newsOf(7), newsOf(8)]).toEqual(['same', 'first']);
  });
});
