import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/guard/tool-call.js';
import {
  type Args,
  admitted,
  failure,
  lost,
  success,
  TestGuard,
  timedOut,
  verdictOf,
} from '../support/test-guard.js';

type Step = readonly [tool: string, args?: Args, outcome?: Outcome];

const same = success('same');
/** A call of `tool` that brings `result`. */
const step = (tool: string, result: unknown = 'same', args: Args = {}): Step => [
  tool,
  args,
  success(result),
];

/** What becomes of the last call, all others having been let through. */
function last(steps: readonly Step[], guard = new TestGuard()): string | undefined {
  const actions = guard.actions(steps);
  expect(actions.slice(0, -1)).toEqual(actions.slice(0, -1).map(() => 'allow'));
  return actions.at(-1);
}

describe('a loop', () => {
  it('is the third identical call whose results did not change', () => {
    const guard = new TestGuard();
    expect(last([step('a'), step('a')], guard)).toBe('allow');
    expect(verdictOf(guard.admit('a'))).toMatchObject({
      check: 'repeat',
      kind: 'loop',
      details: { identicalCalls: 2, threshold: 3, window: 5 },
    });
  });

  it.each([2, 3, 4, 5])('begins at the call that repeat_threshold = %i names', (threshold) => {
    const guard = new TestGuard({ loop: { repeatThreshold: threshold } });
    const calls = Array.from({ length: threshold }, () => step('a'));
    expect(guard.actions(calls)).toEqual([
      ...Array.from({ length: threshold - 1 }, () => 'allow'),
      'refuse',
    ]);
  });

  it('is also one that brings the same error each time', () => {
    const steps: Step[] = Array.from({ length: 3 }, () => ['a', {}, failure('not found')]);
    expect(last(steps)).toBe('refuse');
  });

  it.each([
    ['key order', { x: 1, y: { a: 1, b: 2 } }, { y: { b: 2, a: 1 }, x: 1 }],
    ['1 and 1.0', { x: 1 }, JSON.parse('{"x":1.0}')],
  ])('is not hidden by %s', (_, one, other) => {
    expect(last([step('a', 's', one), step('a', 's', other), step('a', 's', one)])).toBe('refuse');
  });

  it('is also A, B, A, B, A, when no result changes', () => {
    expect(last([step('a'), step('b'), step('a'), step('b'), step('a')])).toBe('refuse');
  });

  it('is not hidden by calls that are declared to read only, or that failed', () => {
    const guard = new TestGuard();
    guard.actions([step('a'), step('a')]);
    const read = admitted(guard.admit('read', {}, { readOnly: true }));
    guard.run.settle(read, success('something new'));
    guard.call('write', {}, failure());
    expect(guard.admit('a').action).toBe('refuse');
  });

  it('is also one after a write that had ended before the last answer was asked for', () => {
    const guard = new TestGuard();
    const write = admitted(guard.admit('write'));
    guard.call('read', {}, same);
    guard.run.settle(write, success('ok'));
    guard.call('read', {}, same);
    expect(guard.admit('read').action).toBe('refuse');
  });

  it('is over after a call that went another way', () => {
    const guard = new TestGuard();
    expect(guard.actions([step('a'), step('a'), step('a')])).toContain('refuse');
    expect(guard.actions([step('b'), step('a')])).toEqual(['allow', 'allow']);
  });
});

describe('no loop', () => {
  it('is polling: the same call with changing results', () => {
    expect(last(Array.from({ length: 30 }, (_, index) => step('status', index)))).toBe('allow');
  });

  it('is a result that comes and goes', () => {
    const results = ['up', 'down', 'up', 'down', 'up', 'down', 'up', 'down'];
    expect(last(results.map((result) => step('status', result)))).toBe('allow');
  });

  it('is other arguments, or another tool', () => {
    expect(last([1, 2, 3, 4].map((page) => step('list', 'same', { page })))).toBe('allow');
    expect(last(['a', 'b', 'c', 'd'].map((tool) => step(tool)))).toBe('allow');
  });

  it('is read, write, read: something may have changed', () => {
    const steps = [1, 2, 3, 4].flatMap((n) => [step('read'), step('write', 'ok', { n })]);
    expect(last([...steps, step('read')])).toBe('allow');
    expect(last([step('read'), step('read'), step('write'), step('read')])).toBe('allow');
  });

  it('is a read after a write that changed it before', () => {
    const steps = [
      step('read', 'old'),
      step('write'),
      step('read', 'new'),
      step('read', 'new'),
      step('write'),
      step('read', 'newer'),
    ];
    expect(last(steps)).toBe('allow');
  });

  it('is a read after the same step with a new result, such as the next page', () => {
    const steps = [
      step('cart', 'empty'),
      step('next', 'page 2'),
      step('cart', 'empty'),
      step('next', 'page 3'),
      step('cart', 'empty'),
    ];
    expect(last(steps)).toBe('allow');
  });

  it('is a read after a write that was in flight beside the last one', () => {
    const guard = new TestGuard();
    guard.call('read', {}, same);
    const write = admitted(guard.admit('write'));
    const read = admitted(guard.admit('read'));
    guard.run.settle(read, same);
    guard.run.settle(write, success('ok'));
    expect(guard.admit('read').action).toBe('allow');
  });

  it('is a read while a write is in flight, or lost', () => {
    const guard = new TestGuard();
    guard.actions([step('read'), step('read')]);
    const write = admitted(guard.admit('write'));
    expect(guard.call('read', {}, same).action).toBe('allow');
    guard.run.settle(write, lost);
    // It may have taken effect after that read as well as before.
    guard.call('write', {}, lost);
    expect(guard.admit('read').action).toBe('allow');
  });

  it('is a read after a write that was lost, as one before was', () => {
    const write: Step = ['write', {}, lost];
    expect(last([step('read'), write, step('read'), write, step('read')])).toBe('allow');
  });

  it('is any number of identical calls in flight together', () => {
    const guard = new TestGuard();
    const calls = Array.from({ length: 20 }, () => admitted(guard.admit('a')));
    for (const call of calls) guard.run.settle(call, same);
    expect(guard.admit('a').action).toBe('refuse');
  });

  it('is a call that was cancelled: it brought nothing', () => {
    const cancelled: Outcome = { kind: 'unknown', reason: 'cancelled' };
    const steps: Step[] = Array.from({ length: 6 }, () => ['a', {}, cancelled]);
    expect(last(steps)).toBe('allow');
  });
});

describe('the window', () => {
  const others = (count: number): Step[] =>
    Array.from({ length: count }, (_, n) => [`b${n}`, {}, failure()]);

  it('looks back on window_size calls', () => {
    expect(last([step('a'), step('a'), ...others(3), step('a')])).toBe('refuse');
    expect(last([step('a'), step('a'), ...others(4), step('a')])).toBe('allow');
  });

  it.each([1_000, 1_001, 2_500])('looks back on all of %i calls', (windowSize) => {
    const settings = { loop: { windowSize } };
    const steps = (count: number) => [step('a'), step('a'), ...others(count), step('a')];
    expect(last(steps(windowSize - 2), new TestGuard(settings))).toBe('refuse');
    expect(last(steps(windowSize - 1), new TestGuard(settings))).toBe('allow');
  });

  it('does not hold calls that were stopped', () => {
    const guard = new TestGuard({ tools: { capped: { maxCallsPerRun: 0 } } });
    guard.actions([step('a'), step('a')]);
    for (let call = 0; call < 10; call += 1) guard.call('capped');
    expect(guard.admit('a').action).toBe('refuse');
  });
});

describe('repeat_on = "args"', () => {
  it('counts identical calls whatever they return, and whatever stands between', () => {
    const guard = new TestGuard({ loop: { repeatOn: 'args' } });
    expect(guard.actions([step('a', 1), step('write'), step('a', 2), step('a', 3)])).toEqual([
      'allow',
      'allow',
      'allow',
      'refuse',
    ]);
  });

  it('counts none in flight', () => {
    const guard = new TestGuard({ loop: { repeatOn: 'args' } });
    for (let call = 0; call < 5; call += 1) expect(guard.admit('a').action).toBe('allow');
  });
});

describe('ignore_args', () => {
  it('leaves members out of the comparison', () => {
    const guard = new TestGuard({ every: { ignoreArgs: ['request_id'] } });
    const ask = (request_id: number, q = 'x') => guard.call('a', { q, request_id }, same).action;
    expect([ask(1), ask(2), ask(3), ask(4, 'y')]).toEqual(['allow', 'allow', 'refuse', 'allow']);
  });

  it('leaves out members of the arguments, not of what lies in them', () => {
    const guard = new TestGuard({ every: { ignoreArgs: ['id'] } });
    expect(
      last(
        [1, 2, 3].map((id) => step('a', 'same', { order: { id } })),
        guard,
      ),
    ).toBe('allow');
  });
});

describe('loop_checks = false', () => {
  const settings = { tools: { clock: { loopChecks: false } } };

  it('is never a loop', () => {
    const guard = new TestGuard(settings);
    expect(
      last(
        Array.from({ length: 20 }, () => step('clock')),
        guard,
      ),
    ).toBe('allow');
  });

  it('does not keep its calls from changing what others bring', () => {
    const guard = new TestGuard({ tools: { wind: { loopChecks: false } } });
    guard.actions([step('read'), step('read'), step('wind', 'set to 9')]);
    expect(guard.call('read').action).toBe('allow');
  });
});

describe('something out of order', () => {
  const down = failure('HTTP 503 Service Unavailable');

  it.each<[string, Outcome]>([
    ['an outage', down],
    ['a timeout', timedOut],
  ])('is worth one more attempt: %s', (_, outcome) => {
    const steps: Step[] = Array.from({ length: 4 }, () => ['a', {}, outcome]);
    const guard = new TestGuard();
    expect(last(steps, guard)).toBe('refuse');
    expect(verdictOf(guard.admit('a'))).toMatchObject({
      details: { identicalCalls: 3, retryAfterMs: 30_000 },
      advice: expect.stringContaining('in 30 s'),
    });
  });

  it('may be asked again when the circuit breaker would probe', () => {
    const guard = new TestGuard();
    for (let call = 0; call < 3; call += 1) guard.call('a', {}, down);
    guard.time = 29_999;
    expect(guard.admit('a').action).toBe('refuse');
    guard.time = 30_000;
    expect(guard.admit('a').action).toBe('allow');
  });

  it('is no reason to let a mistake pass', () => {
    const mistake = failure('Invalid option: timeout must be a number');
    const steps: Step[] = Array.from({ length: 3 }, () => ['a', {}, mistake]);
    expect(last(steps)).toBe('refuse');
  });
});

describe('whoever waits for a change', () => {
  it.each([
    [59_999, 'refuse'],
    [60_000, 'allow'],
  ])('may ask again: %i ms after the last answer it is %s', (age, action) => {
    const guard = new TestGuard();
    guard.actions([step('a'), step('a')]);
    guard.time = age;
    expect(guard.admit('a').action).toBe(action);
  });

  it.each([
    [9_999, 'refuse'],
    [10_000, 'allow'],
  ])('may ask sooner when told that it is under way: after %i ms it is %s', (age, action) => {
    const guard = new TestGuard();
    guard.actions([step('job', 'running'), step('job', 'running')]);
    guard.time = age;
    expect(guard.admit('job').action).toBe(action);
  });

  it('may ask again after a tool that waits, and not without end', () => {
    const guard = new TestGuard();
    const round = [step('status'), step('sleep', 'ok', { ms: 100 })];
    expect(guard.actions([...round, ...round, step('status')])).not.toContain('refuse');
    expect(guard.actions(round)).toEqual(['refuse', 'refuse']);
  });

  it.each([
    [9_999, 'refuse'],
    [10_000, 'allow'],
  ])('may do so for ever when it waits %i ms: %s', (ms, action) => {
    const guard = new TestGuard();
    const actions = Array.from({ length: 10 }, () => {
      const asked = guard.call('status', {}, same).action;
      const slept = guard.call('sleep', {}, same).action;
      guard.time += ms;
      return [asked, slept];
    });
    expect(actions.flat().includes('refuse')).toBe(action === 'refuse');
  });
});

describe('a call that moves a view', () => {
  const look = (ref: number): Step => step('get_text', `text ${ref}`, { ref });

  it('may go on after every look that brings something', () => {
    const steps = [1, 2, 3, 4, 5].flatMap((ref) => [step('click', 'ok'), look(ref)]);
    expect(last(steps)).toBe('allow');
  });

  it('is told to look first when it goes on blindly', () => {
    const guard = new TestGuard();
    guard.actions([step('click', 'ok'), step('click', 'ok')]);
    expect(verdictOf(guard.admit('click'))).toMatchObject({
      advice: expect.stringContaining('Look at what came of it'),
    });
  });

  it('is another thing than one that acts: looks at something else do not make a refund new', () => {
    const steps = [1, 2].flatMap((ref) => [step('refund', 'ok'), look(ref)]);
    expect(last([...steps, step('refund', 'ok')])).toBe('refuse');
  });
});

describe('a look that brings something other than before', () => {
  it('shows that the world moves', () => {
    const steps = [
      step('get_result', 'not there'),
      step('get_state', 'open'),
      step('get_result', 'not there'),
      step('get_state', 'closed'),
      step('get_result', 'here'),
    ];
    expect(last(steps)).toBe('allow');
  });

  it.each(['get_current_time', 'think', 'roll_dice'])('shows nothing when it is %s', (aside) => {
    const steps = [
      step('read'),
      step(aside, '09:00'),
      step('read'),
      step(aside, '09:01'),
      step('read'),
    ];
    expect(last(steps)).toBe('refuse');
  });
});

describe('a tool that declares itself read-only', () => {
  const ask = (guard: TestGuard, result: unknown = 'same') => {
    const decision = guard.admit('a', {}, { readOnly: true });
    if (decision.action === 'allow') guard.run.settle(decision.call, success(result));
    return decision;
  };

  it('is answered once with what it brought, and then refused', () => {
    const guard = new TestGuard();
    expect([ask(guard), ask(guard)].map(({ action }) => action)).toEqual(['allow', 'allow']);
    expect(ask(guard)).toMatchObject({
      action: 'replay',
      verdict: {
        check: 'repeat',
        result: '"same"',
        reason: expect.stringContaining('Nothing has changed'),
      },
    });
    expect(ask(guard).action).toBe('refuse');
  });

  it('is refused at once where a loop kills, or where identical calls count whatever they bring', () => {
    for (const guard of [
      new TestGuard({ every: { onLoop: 'kill' } }),
      new TestGuard({ loop: { repeatOn: 'args' } }),
    ]) {
      ask(guard);
      ask(guard);
      expect(ask(guard).action).toMatch(/kill|refuse/);
    }
  });

  it('is refused at once when its result was too large to keep', () => {
    const guard = new TestGuard();
    const large = 'x'.repeat(70_000);
    ask(guard, large);
    ask(guard, large);
    expect(ask(guard, large).action).toBe('refuse');
  });
});
