import { describe, expect, it } from 'vitest';
import { TestGuard, verdictOf } from '../support/test-guard.js';

const MINUTE = 60_000;

describe('rate', () => {
  it('allows so many calls in any 60 seconds and not one more', () => {
    const guard = new TestGuard({ maxCallsPerMinute: 3 });
    expect(guard.actions([['a'], ['b'], ['c'], ['d']])).toEqual([
      'allow',
      'allow',
      'allow',
      'refuse',
    ]);
  });

  it('slides: each call makes room 60 seconds after it, not a moment earlier', () => {
    const guard = new TestGuard({ maxCallsPerMinute: 2 });
    guard.call('a');
    guard.time = 10_000;
    guard.call('a', { other: 1 });
    guard.time = MINUTE - 1;
    expect(guard.call('b').action).toBe('refuse');
    guard.time = MINUTE;
    expect(guard.actions([['b'], ['b', { other: 1 }]])).toEqual(['allow', 'refuse']);
    guard.time = MINUTE + 10_000;
    expect(guard.actions([['c'], ['d']])).toEqual(['allow', 'refuse']);
  });

  it('tells when the next call is possible', () => {
    const guard = new TestGuard({ maxCallsPerMinute: 1 });
    guard.call('a');
    guard.time = 12_345.5;
    const verdict = verdictOf(guard.call('a'));
    expect(verdict).toMatchObject({
      check: 'rate',
      details: { limit: 1, retryAfterMs: 47_655 },
      advice: expect.stringContaining('48 s'),
    });
    guard.time += 47_654;
    expect(guard.call('a').action).toBe('refuse');
    guard.time += 1;
    expect(guard.call('a').action).toBe('allow');
  });

  it('counts a tool’s own limit for this tool alone, and the longer wait is told', () => {
    const guard = new TestGuard({
      maxCallsPerMinute: 3,
      tools: { slow: { maxCallsPerMinute: 1 } },
    });
    guard.call('other');
    guard.time = 1_000;
    guard.call('slow');
    expect(verdictOf(guard.call('slow'))).toMatchObject({
      reason: expect.stringContaining('"slow"'),
      details: { limit: 1, retryAfterMs: MINUTE },
    });
    expect(guard.call('other', { x: 1 }).action).toBe('allow');
    // Now both stand: the run's is free 1 s earlier.
    expect(verdictOf(guard.call('slow')).details).toEqual({ limit: 1, retryAfterMs: MINUTE });
    expect(verdictOf(guard.call('other')).details).toEqual({
      limit: 3,
      retryAfterMs: MINUTE - 1_000,
    });
  });

  it('counts calls in flight and failed ones alike', () => {
    const guard = new TestGuard({ maxCallsPerMinute: 1 });
    expect(guard.admit('a').action).toBe('allow');
    expect(guard.admit('a').action).toBe('refuse');
  });

  it('has no limit at 0', () => {
    const guard = new TestGuard({ every: { loopChecks: false } });
    for (let call = 0; call < 10_000; call += 1) expect(guard.call('a').action).toBe('allow');
  });

  it('judges by a limit that was lowered meanwhile', () => {
    const guard = new TestGuard({ maxCallsPerMinute: 10, every: { loopChecks: false } });
    for (let call = 0; call < 5; call += 1) {
      guard.time = call * 1_000;
      guard.call('a');
    }
    guard.change({ maxCallsPerMinute: 2, every: { loopChecks: false } });
    // Of the five, the fourth must have left.
    expect(verdictOf(guard.call('a')).details).toEqual({
      limit: 2,
      retryAfterMs: 3_000 + MINUTE - 4_000,
    });
  });

  it('keeps count over a long time, at the limit and above it', () => {
    const guard = new TestGuard({ maxCallsPerMinute: 2_000, every: { loopChecks: false } });
    const allowed: number[] = [];
    const callAll = (count: number, every: number): void => {
      for (let call = 0; call < count; call += 1) {
        guard.time += every;
        if (guard.call('a').action === 'allow') allowed.push(guard.time);
      }
    };
    // 2,000 a minute are exactly one in 30 ms.
    callAll(20_000, 30);
    expect(allowed).toHaveLength(20_000);
    callAll(20_000, 7);
    const tooClose = allowed.filter(
      (time, index) => time - (allowed[index - 2_000] ?? -MINUTE) < MINUTE,
    );
    expect(tooClose).toEqual([]);
    // And none was refused that fitted: as many as 140 seconds have room for.
    expect(allowed).toHaveLength(20_000 + 2 * 2_000 + 666);
  });
});
