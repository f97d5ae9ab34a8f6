import { describe, expect, it } from 'vitest';
import { failure, TestGuard, verdictOf } from '../support/test-guard.js';

describe('iterations', () => {
  it('allows max_iterations calls of a run, whatever became of them, and refuses the next', () => {
    const guard = new TestGuard({ maxIterations: 3 });
    guard.call('a');
    guard.call('b', {}, failure());
    expect(guard.admit('c').action).toBe('allow');
    expect(verdictOf(guard.call('d'))).toMatchObject({
      check: 'iterations',
      kind: 'stop',
      details: { calls: 3, limit: 3 },
    });
  });

  it('allows none at 0', () => {
    expect(new TestGuard({ maxIterations: 0 }).call('a').action).toBe('refuse');
  });
});
