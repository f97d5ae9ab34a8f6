import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExact } from '../../src/jsonrpc/exact-numbers.js';
import { type Args, failure, success, TestGuard } from './support/test-guard.js';

type Step = readonly [tool: string, args: Args, result: string, fails: boolean];

const LOOP_CHECKS = ['repeat', 'sequence', 'stall', 'similarity'];

function play(steps: readonly Step[]): string[] {
  const guard = new TestGuard({ maxIterations: 10_000 });
  return steps.map(([tool, args, result, fails]) => {
    guard.time += 1_000;
    const decision = guard.call(tool, args, fails ? failure(result) : success(result));
    return 'verdict' in decision ? `${decision.action} ${decision.verdict.check}` : decision.action;
  });
}

const word = fc.constantFrom('invoice', 'order', 'customer', 'Berlin', '日本', 'naïve', '');
const member = fc.oneof(word, fc.integer({ min: 0, max: 5 }), fc.boolean(), fc.constant(null));
const args = fc.dictionary(fc.constantFrom('query', 'id', 'path', 'page', 'amount'), member, {
  maxKeys: 4,
});
const step = fc.tuple(
  fc.constantFrom('search', 'get_order', 'write_file', 'run_tests'),
  args,
  fc.constantFrom('[]', 'ok', 'error: not found', 'a long answer with many words in it'),
  fc.boolean(),
);

/** The same value with its members in another order, and integers spelt as 1.0 or 1e0. */
function respelt(value: Args, turn: number): Args {
  const members = Object.entries(value);
  const turned = [
    ...members.slice(turn % (members.length + 1)),
    ...members.slice(0, turn % (members.length + 1)),
  ];
  const text = turned.map(([name, item]) => {
    const spelt =
      typeof item === 'number'
        ? [`${item}`, `${item}.0`, `${item}e0`][turn % 3]
        : JSON.stringify(item);
    return `${JSON.stringify(name)}:${spelt}`;
  });
  const parsed = parseExact(`{${text.join(',')}}`);
  return typeof parsed === 'object' && parsed !== null
    ? Object.fromEntries(Object.entries(parsed))
    : {};
}

describe('the loop checks', () => {
  it('decide the same whatever the order of members and the spelling of numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.nat(5)), { maxLength: 40 }), (steps) => {
        const plain = steps.map(([one]): Step => one);
        const other = steps.map(
          ([[tool, given, result, fails], turn]): Step => [
            tool,
            respelt(given, turn),
            result,
            fails,
          ],
        );
        expect(play(other)).toEqual(play(plain));
      }),
      { numRuns: 300 },
    );
  });

  it('still stop a pure repeat when a look of another tool comes in between, until the window is left', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 2 }),
        (first, second) => {
          const repeated: Step = ['get_order', { id: 7 }, 'status: shipped', false];
          const looks = (count: number, from: number): Step[] =>
            Array.from({ length: count }, (_, n) => [
              'read_file',
              { path: `/${from + n}` },
              `text ${from + n}`,
              false,
            ]);
          const steps = [repeated, ...looks(first, 0), repeated, ...looks(second, 10), repeated];
          // Both earlier ones are among the last five calls.
          const isInWindow = first + second + 2 <= 5;
          expect(play(steps).at(-1)).toBe(isInWindow ? 'refuse repeat' : 'allow');
        },
      ),
    );
  });

  it('never stop a run whose arguments and results are all different', () => {
    const different = fc.array(
      fc.tuple(fc.constantFrom('search', 'get_order', 'run', 'click'), args),
      {
        minLength: 5,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(
        different,
        fc.array(fc.string({ minLength: 40, maxLength: 80 }), { minLength: 60, maxLength: 60 }),
        (calls, texts) => {
          const steps = calls.map(
            ([tool, given], n): Step => [tool, { ...given, n }, `${n}: ${texts[n]}`, false],
          );
          const stopped = play(steps).filter((action) =>
            LOOP_CHECKS.some((check) => action.endsWith(check)),
          );
          expect(stopped).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
