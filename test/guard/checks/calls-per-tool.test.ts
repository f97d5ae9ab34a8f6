import { describe, expect, it } from 'vitest';
import { TestGuard, verdictOf } from '../support/test-guard.js';

describe('calls per tool', () => {
  it('allows max_calls_per_run calls of a tool and refuses the next; other tools have their own count', () => {
    const guard = new TestGuard({
      tools: { a: { maxCallsPerRun: 2 }, b: { maxCallsPerRun: 1 } },
    });
    expect(guard.actions([['a'], ['b'], ['a'], ['a'], ['b'], ['c']])).toEqual([
      'allow',
      'allow',
      'allow',
      'refuse',
      'refuse',
      'allow',
    ]);
    expect(verdictOf(guard.call('a'))).toMatchObject({
      check: 'calls_per_tool',
      details: { calls: 2, limit: 2 },
    });
  });

  it('counts calls in flight', () => {
    const guard = new TestGuard({ every: { maxCallsPerRun: 1 } });
    expect([guard.admit('a').action, guard.admit('a').action]).toEqual(['allow', 'refuse']);
  });

  it('names the cap before any other limit', () => {
    const guard = new TestGuard({ maxIterations: 0, every: { maxCallsPerRun: 0 } });
    expect(verdictOf(guard.call('a')).check).toBe('calls_per_tool');
  });
});
