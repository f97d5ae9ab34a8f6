import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/guard/tool-call.js';
import {
  admitted,
  failure,
  lost,
  success,
  TestGuard,
  timedOut,
  verdictOf,
} from '../support/test-guard.js';

const down = failure('HTTP 503 Service Unavailable');
const cancelled: Outcome = { kind: 'unknown', reason: 'cancelled' };

let ids = 0;
/** Calls with arguments of their own, so that no other check has anything to say. */
function call(guard: TestGuard, outcome: Outcome, tool = 'fetch') {
  ids += 1;
  return guard.call(tool, { id: ids }, outcome);
}

/** A guard without the check of equal errors, with so many failures of `fetch` behind it. */
function failing(failures: number, outcome: Outcome = down, loop = {}): TestGuard {
  const guard = new TestGuard({ loop: { maxFlatSteps: 1_000, ...loop } });
  for (let n = 0; n < failures; n += 1) expect(call(guard, outcome).action).toBe('allow');
  return guard;
}

describe('a tool out of order', () => {
  it.each<[string, Outcome]>([
    ['5xx', down],
    ['429', failure('429 Too Many Requests')],
    ['timeouts', timedOut],
    ['lost connections', lost],
    ['word for word the same error', failure('index is corrupt')],
  ])('is held back after error_threshold failures in a row: %s', (_, outcome) => {
    expect(call(failing(4, outcome), outcome).action).toBe('allow');
    const guard = failing(5, outcome);
    expect(call(guard, outcome)).toMatchObject({
      action: 'refuse',
      verdict: {
        check: 'circuit',
        kind: 'stop',
        reason: expect.stringContaining('"fetch" failed 5 times in a row'),
        details: { failures: 5, threshold: 5, retryAfterMs: 30_000 },
      },
    });
  });

  it.each([1, 2, 9])('after error_threshold = %i', (errorThreshold) => {
    const guard = failing(errorThreshold, down, { errorThreshold });
    expect(call(guard, down).action).toBe('refuse');
  });

  it('is not held back when the check is off', () => {
    expect(call(failing(30, down, { errorThreshold: 0 }), down).action).toBe('allow');
  });

  it('does not hold others back', () => {
    expect(call(failing(5), success(), 'read').action).toBe('allow');
  });

  it('may fail with one outage after the other: they need not be the same', () => {
    const guard = failing(2);
    for (const outcome of [timedOut, lost, failure('502 Bad Gateway')]) call(guard, outcome);
    expect(call(guard, down).action).toBe('refuse');
  });
});

describe('what does not count', () => {
  it.each<[string, readonly Outcome[]]>([
    [
      'errors of different kinds',
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((x) => failure(`wrong ${x}`)),
    ],
    ['that different things are not there', Array<Outcome>(7).fill(failure('Order not found'))],
    ['calls that were cancelled', Array<Outcome>(7).fill(cancelled)],
  ])('%s', (_, outcomes) => {
    const guard = failing(0);
    for (const outcome of outcomes) expect(call(guard, outcome).action).toBe('allow');
  });

  it('failures with a success, or another error, in between', () => {
    for (const between of [success('fine'), failure('wrong argument')]) {
      const guard = failing(4);
      call(guard, between);
      for (let n = 0; n < 4; n += 1) expect(call(guard, down).action).toBe('allow');
    }
  });

  it('one mistake, where one outage would be enough', () => {
    expect(call(failing(1, failure('wrong argument'), { errorThreshold: 1 }), down).action).toBe(
      'allow',
    );
  });

  it('the same error after something was learned from another tool', () => {
    const guard = failing(0);
    for (let n = 0; n < 8; n += 1) {
      expect(call(guard, failure('2 tests failed')).action).toBe('allow');
      call(guard, success(`edited ${n}`), 'edit');
    }
  });

  it('but thoughts teach nothing', () => {
    const guard = failing(0);
    for (let n = 0; n < 5; n += 1) {
      call(guard, failure('index is corrupt'));
      call(guard, success(`thought ${n}`), 'think');
    }
    expect(call(guard, down).action).toBe('refuse');
  });
});

describe('after the cooldown', () => {
  const probing = (): TestGuard => {
    const guard = failing(5);
    guard.time = 30_000;
    return guard;
  };

  it('one call goes through to see', () => {
    const guard = failing(5);
    guard.time = 29_999;
    expect(call(guard, down)).toMatchObject({
      action: 'refuse',
      verdict: { details: { retryAfterMs: 1 } },
    });
    guard.time = 30_000;
    const probe = admitted(guard.admit('fetch', { id: 'probe' }));
    expect(verdictOf(guard.admit('fetch', { id: 'other' }))).toMatchObject({
      advice: expect.stringContaining('One call is out'),
    });
    guard.run.settle(probe, success('fine'));
    expect(guard.admit('fetch', { id: 'other' }).action).toBe('allow');
  });

  it('its success closes the breaker', () => {
    const guard = probing();
    call(guard, success('fine'));
    for (let n = 0; n < 5; n += 1) expect(call(guard, down).action).toBe('allow');
    expect(call(guard, down).action).toBe('refuse');
  });

  it('so does an error that tells that the tool works', () => {
    const guard = probing();
    call(guard, failure('wrong argument'));
    for (let n = 0; n < 4; n += 1) expect(call(guard, down).action).toBe('allow');
  });

  it('its failure opens it anew', () => {
    const guard = probing();
    expect(call(guard, timedOut).action).toBe('allow');
    guard.time = 59_999;
    expect(call(guard, down).action).toBe('refuse');
    guard.time = 60_000;
    expect(call(guard, down).action).toBe('allow');
  });

  it('a cancelled one gives its place to the next', () => {
    const guard = probing();
    const probe = admitted(guard.admit('fetch', { id: 'probe' }));
    guard.run.settle(probe, cancelled);
    expect(guard.admit('fetch', { id: 'other' }).action).toBe('allow');
  });

  it('error_cooldown tells how long that is', () => {
    const guard = failing(5, down, { errorCooldown: 500 });
    guard.time = 499;
    expect(call(guard, down).action).toBe('refuse');
    guard.time = 500;
    expect(call(guard, down).action).toBe('allow');
  });
});

describe('calls in flight together', () => {
  it('open it when they fail together, and a success that comes late closes it', () => {
    const guard = failing(0);
    const calls = [1, 2, 3, 4, 5, 6].map((id) => admitted(guard.admit('fetch', { id })));
    const late = calls.pop();
    for (const one of calls) guard.run.settle(one, down);
    expect(guard.admit('fetch', { id: 7 }).action).toBe('refuse');
    if (late) guard.run.settle(late, success('fine'));
    expect(guard.admit('fetch', { id: 7 }).action).toBe('allow');
  });
});

it('keeps 10,000 tools apart', () => {
  const guard = failing(0);
  for (let n = 0; n < 10_000; n += 1) call(guard, down, `tool_${n}`);
  for (let n = 0; n < 4; n += 1) call(guard, down, 'tool_77');
  expect(call(guard, down, 'tool_77').action).toBe('refuse');
  expect(call(guard, down, 'tool_78').action).toBe('allow');
});
