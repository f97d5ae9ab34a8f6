import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/guard/tool-call.js';
import {
  type Args,
  admitted,
  failure,
  success,
  TestGuard,
  timedOut,
  verdictOf,
} from '../support/test-guard.js';

type Step = readonly [tool: string, args?: Args, outcome?: Outcome];

const LONG = 'The same words for whatever was asked. '.repeat(8);

/** Calls of one tool with other arguments each, which all end like this. */
function flat(count: number, outcome: Outcome, tool = 'get_thing', from = 0): Step[] {
  return Array.from({ length: count }, (_, n) => [tool, { id: from + n }, outcome]);
}

/** Calls that ask with other words each. */
function asking(words: readonly string[], outcome: Outcome, tool = 'search'): Step[] {
  return words.map((query) => [tool, { query }, outcome]);
}

/** How many calls pass before the first that does not; undefined when all do. */
function passing(steps: readonly Step[], guard = new TestGuard()): number | undefined {
  const index = guard.actions(steps).findIndex((action) => action !== 'allow');
  return index === -1 ? undefined : index;
}

const blocked = failure('the account is blocked');
const denied = failure('Access denied');
const notFound = failure('Error: order not found');
const none = success({ results: [], total: 0 });
const WORDS = 'apple pear plum fig lime kiwi mango date guava melon'.split(' ');
/** One thing in many words. */
const WORDINGS = WORDS.map((word) => `unpaid invoices ${word}`);

describe('the same error for other arguments', () => {
  it('is a stall after max_flat_steps calls', () => {
    const guard = new TestGuard();
    expect(passing(flat(10, blocked), guard)).toBe(4);
    expect(verdictOf(guard.admit('get_thing', { id: 99 }))).toMatchObject({
      check: 'stall',
      kind: 'loop',
      reason: expect.stringContaining('The last 4 calls of "get_thing" all brought the same error'),
      details: { flatCalls: 4, limit: 4 },
    });
  });

  it.each([2, 3, 7])('is one after max_flat_steps = %i', (maxFlatSteps) => {
    expect(
      passing(flat(20, blocked), new TestGuard({ loop: { maxFlatSteps, errorThreshold: 0 } })),
    ).toBe(maxFlatSteps);
  });

  it('is one a call earlier when it names a value that stays in the arguments', () => {
    const error = failure('flight HAT030 not available');
    const call = (n: number): Step => ['update', { flights: ['HAT030', `X${n}`] }, error];
    const guard = new TestGuard();
    expect(passing([1, 2, 3, 4].map(call), guard)).toBe(3);
    expect(guard.admit('update', { flights: ['X9'] }).action).toBe('allow');
  });

  it('is not one a call earlier when it names an argument whose value is another each time', () => {
    const error = failure("parameter 'date' has a wrong format");
    const steps = ['tomorrow', '3/4', 'May'].map((date): Step => ['find', { date }, error]);
    expect(passing([...steps, ['find', { date: '2026-05-01' }, success('here')]])).toBeUndefined();
  });

  it('is one also where the tool calls it a success', () => {
    expect(passing(flat(10, success('Error: no data source')))).toBe(4);
  });

  it('is not the same for two tools', () => {
    const steps = Array.from({ length: 10 }, (_, n) => flat(1, blocked, `get_${n}`)).flat();
    expect(passing(steps)).toBeUndefined();
  });

  it('is no stall but a repeat when the arguments are the same', () => {
    const guard = new TestGuard({ loop: { windowSize: 1 } });
    expect(passing(Array(9).fill(['get', { id: 1 }, notFound]), guard)).toBeUndefined();
  });

  it('is broken by a success, and by another error', () => {
    expect(passing([...flat(3, blocked), ...flat(1, success(1)), ...flat(4, blocked)])).toBe(
      undefined,
    );
    expect(passing([...flat(3, blocked), ...flat(1, denied), ...flat(4, blocked)])).toBeUndefined();
  });
});

describe('a refusal of access', () => {
  it('is the same whatever it names, for it is about the caller; named differently it weighs less', () => {
    const steps = Array.from({ length: 9 }, (_, n): Step => {
      const path = `/srv/${n}`;
      return ['read_file', { path }, failure(`EACCES: permission denied, open '${path}'`)];
    });
    const guard = new TestGuard();
    expect(passing(steps, guard)).toBe(6);
    expect(verdictOf(guard.admit('read_file', { path: '/' }))).toMatchObject({
      reason: expect.stringContaining('a refusal of access'),
      advice: expect.stringContaining('which access is missing'),
    });
  });
});

describe('a refusal of access that the tool calls a success', () => {
  /** The answer as JSON text, in which the first letter may be written as an escape. */
  const refused = (first: string, n: number): Step => {
    const json = `{"content":[{"type":"text","text":"${first}rror: forbidden, /srv/${n}"}]}`;
    const text = `Error: forbidden, /srv/${n}`;
    const told = { resultHash: json, size: json.length, text: () => text, result: () => json };
    return ['read_file', { path: `/srv/${n}` }, { kind: 'success', ...told }];
  };

  it.each(['E', '\\u0045'])('is the same in other words, its first letter spelled %s', (first) => {
    expect(passing(Array.from({ length: 9 }, (_, n) => refused(first, n)))).toBe(6);
  });
});

describe('what is not there', () => {
  it('is news of another thing each time: a stall after twice as many errors, and five times as many empty answers', () => {
    expect(passing(flat(20, notFound))).toBe(8);
    expect(passing(flat(30, none))).toBe(20);
  });

  it('is a stall one call later than an error when only the words of a question change', () => {
    expect(passing(asking(WORDINGS, none))).toBe(5);
    expect(passing(asking(WORDINGS, failure('no document with these words')))).toBe(4);
    expect(passing(asking(['mueller', 'muller', 'mueler', 'mller', 'muler', 'miller'], none))).toBe(
      5,
    );
  });

  it.each(['insert_row', 'query'])('is no stall for a tool such as %s', (tool) => {
    const steps = WORDS.map((word): Step => [tool, { sql: `INSERT '${word}'` }, success([])]);
    expect(passing(steps)).toBeUndefined();
  });

  it('counts for questions that differ in numbers as for other things', () => {
    const words = Array.from({ length: 30 }, (_, n) => `invoice ${n}`);
    expect(passing(asking(words, none))).toBe(20);
    expect(passing(asking(WORDS, none))).toBeUndefined();
  });
});

describe('the same answer for other arguments', () => {
  it('is a stall when it is a long one of a tool that looks', () => {
    expect(passing(flat(10, success(LONG)))).toBe(4);
    expect(passing(flat(10, success(LONG), 'send_thing'))).toBeUndefined();
    expect(passing(flat(10, success(LONG), 'thing'))).toBeUndefined();
  });

  it('is a stall also for a tool that declares to look, but for none that thinks', () => {
    const guard = new TestGuard();
    const actions = [1, 2, 3, 4, 5].map((id) => {
      const decision = guard.admit('thing', { id }, { readOnly: true });
      if (decision.action === 'allow') guard.run.settle(decision.call, success(LONG));
      return decision.action;
    });
    expect(actions).toEqual(['allow', 'allow', 'allow', 'allow', 'refuse']);
    expect(passing(flat(10, success(LONG), 'think'))).toBeUndefined();
  });

  it.each(['running', 'valid', false, 0, { role: 'editor' }])(
    'is none when it is as short as %j: other things may well be alike',
    (answer) => {
      const steps = [...flat(1, success('another')), ...flat(20, success(answer))];
      expect(passing(steps)).toBeUndefined();
    },
  );

  it('is one, though short, when one question is asked in other words', () => {
    const steps = asking(WORDINGS, success('See the handbook.'));
    expect(passing(steps)).toBeUndefined();
    const first: Step = ['search', { query: 'hours' }, success('From nine to five.')];
    expect(passing([first, ...steps])).toBe(5);
  });
});

describe('errors of one kind', () => {
  const kind = (n: number): Step => ['edit', { n }, failure(`no match in line ${n}`)];

  it('are a stall after three times as many calls', () => {
    const guard = new TestGuard();
    const steps = Array.from({ length: 20 }, (_, n) => kind(n));
    expect(passing(steps, guard)).toBe(12);
    expect(verdictOf(guard.admit('edit', { n: 50 }))).toMatchObject({
      reason: expect.stringContaining('the same kind of error'),
      details: { flatCalls: 12, limit: 12 },
    });
  });

  it('are none when they are of different kinds', () => {
    const steps = Array.from(
      { length: 30 },
      (_, n): Step => ['edit', { n }, failure(`wrong ${WORDS[n % 10]}`)],
    );
    expect(passing(steps)).toBeUndefined();
  });
});

describe('a stall is over', () => {
  const stalled = (outcome = blocked): TestGuard => {
    const guard = new TestGuard();
    expect(passing(flat(5, outcome), guard)).toBe(4);
    return guard;
  };
  const next = (guard: TestGuard) => guard.call('get_thing', { id: 77 }, blocked).action;

  it('when another tool changed something', () => {
    const guard = stalled();
    guard.call('unblock', {}, success('ok'));
    expect([next(guard), guard.admit('get_thing', { id: 78 }).action]).toEqual(['allow', 'refuse']);
  });

  it('when another tool brought something new', () => {
    const guard = stalled();
    guard.call('list_things', {}, success(['a', 'b']));
    expect(next(guard)).toBe('allow');
  });

  it.each([
    ['a thought', 'think', success('')],
    ['the time', 'get_current_time', success('09:01')],
    ['a failure', 'unblock', failure('no')],
    ['a nap', 'sleep', success('ok')],
  ])('but not after %s', (_, tool, outcome) => {
    const guard = stalled();
    guard.call(tool, {}, outcome);
    expect(next(guard)).toBe('refuse');
  });

  it('but not when the other tool says what it always says', () => {
    const guard = new TestGuard();
    const notes = (n: number): Step => ['get_notes', { n }, success('no notes')];
    const steps = [0, 1, 2, 3].flatMap((n) => [notes(n), ...flat(1, blocked, 'get_thing', n)]);
    guard.actions(steps);
    guard.actions([notes(9)]);
    expect(next(guard)).toBe('refuse');
  });

  it.each([
    [59_999, 'refuse'],
    [60_000, 'allow'],
  ])('after a while: %i ms after the last answer it is %s', (age, action) => {
    const guard = stalled();
    guard.time = age;
    expect(next(guard)).toBe(action);
  });

  it('when the error names a value, only by a change', () => {
    const guard = new TestGuard();
    const named = failure('order W1 is closed');
    const call = (n: number): Step => ['update', { order: 'W1', n }, named];
    expect(passing([1, 2, 3, 4].map(call), guard)).toBe(3);
    guard.call('get_order', {}, success('closed'));
    expect(guard.admit('update', { order: 'W1', n: 5 }).action).toBe('refuse');
    guard.call('reopen', {}, success('ok'));
    expect(guard.admit('update', { order: 'W1', n: 5 }).action).toBe('allow');
  });
});

describe('no stall', () => {
  it('is made of calls in flight together', () => {
    const guard = new TestGuard();
    const calls = Array.from({ length: 30 }, (_, id) => admitted(guard.admit('get_thing', { id })));
    for (const call of calls) guard.run.settle(call, blocked);
    expect(guard.admit('get_thing', { id: 31 }).action).toBe('refuse');
  });

  it('is made of outages, which are for the circuit breaker', () => {
    const guard = new TestGuard({ loop: { errorThreshold: 0 } });
    expect(passing(flat(20, failure('HTTP 503')), guard)).toBeUndefined();
    expect(passing(flat(20, timedOut), guard)).toBeUndefined();
  });

  it('is ended by an outage in the middle', () => {
    expect(
      passing([...flat(3, blocked), ...flat(1, failure('HTTP 503')), ...flat(3, blocked)]),
    ).toBe(5);
  });

  it('is made by a tool that is left out of the loop checks', () => {
    expect(passing(flat(20, blocked), new TestGuard({ every: { loopChecks: false } }))).toBe(
      undefined,
    );
  });

  it('is forgotten because many other tools were called', () => {
    const guard = new TestGuard();
    guard.actions(flat(4, blocked));
    for (let n = 0; n < 45; n += 1) guard.call(`get_${n}`, {}, failure('x'));
    expect(guard.admit('get_thing', { id: 9 }).action).toBe('refuse');
  });
});

it('tells tools apart up to 10,000 of them, and holds on in long runs', () => {
  const guard = new TestGuard();
  for (let n = 0; n < 10_000; n += 1) guard.call(`get_${n}`, {}, success(n));
  expect(passing(flat(9, blocked, 'get_7'), guard)).toBe(4);
  for (let n = 0; n < 20_000; n += 1) guard.call('get_8', { n }, success(n));
  expect(passing(flat(9, blocked, 'get_8'), guard)).toBe(4);
});
