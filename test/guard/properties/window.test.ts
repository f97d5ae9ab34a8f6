import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Outcome } from '../../../src/guard/tool-call.js';
import { failure, success, TestGuard } from '../support/test-guard.js';

// A loop is not hidden by looking at something else once in a while: a repeat that is stopped stays stopped for as long
// as the calls that it repeats are in the window.

const repeated = fc.record({
  tool: fc.constantFrom('get_order', 'search', 'refund', 'run_tests', 'oracle', 'think'),
  outcome: fc.constantFrom<Outcome>(
    success('ok'),
    success([]),
    success({ order: 7, total: 12 }),
    failure('not open'),
    failure('Access denied'),
  ),
});
const look = fc.record({
  tool: fc.constantFrom('read_file', 'list_orders', 'getWeather', 'get_current_time', 'think_hard'),
  outcome: fc.oneof(
    fc.string().map((said) => success(said)),
    fc.string().map((said) => failure(said)),
  ),
});

it('a look at something else never lets a repeat pass while the window holds it', () => {
  fc.assert(
    fc.property(
      repeated,
      fc.integer({ min: 3, max: 8 }),
      fc.integer({ min: 2, max: 4 }),
      fc.array(fc.array(look, { maxLength: 2 }), { minLength: 8, maxLength: 8 }),
      (call, windowSize, repeatThreshold, looks) => {
        fc.pre(repeatThreshold <= windowSize);
        const guard = new TestGuard({ loop: { windowSize, repeatThreshold } });
        /** Whether each admitted call was the repeated one. */
        const admitted: boolean[] = [];
        for (const [round, between] of looks.entries()) {
          const inWindow = admitted.slice(-windowSize).filter((own) => own).length;
          const { action } = guard.call(call.tool, {}, call.outcome);
          if (inWindow + 1 >= repeatThreshold) expect(action).toBe('refuse');
          if (action === 'allow') admitted.push(true);
          for (const [index, { tool, outcome }] of between.entries()) {
            // Arguments of its own each time: nothing that it was asked before can have changed.
            const looked = guard.call(tool, { round, index }, outcome);
            if (looked.action === 'allow') admitted.push(false);
          }
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
