import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OpenTasks } from '../../src/proxy/open-tasks.js';
import { readTask, type TaskState } from '../../src/proxy/task-messages.js';
import { TestGuard } from '../guard/support/test-guard.js';
import { answer, callMessage } from './support/messages.js';
import { openCall, settler, silent } from './support/open-calls.js';

const DAY_MS = 24 * 3_600_000;

let guard: TestGuard;
let tasks: OpenTasks;

beforeEach(() => {
  vi.useFakeTimers();
  guard = new TestGuard({ shadow: true });
  tasks = new OpenTasks(settler(), { providers: () => ({}), log: silent });
});
afterEach(() => vi.useRealTimers());

const add = (taskId: string, ttl?: number): void =>
  tasks.add(
    openCall(guard.run, callMessage(`{"name":"job","arguments":{"id":"${taskId}"}}`)),
    taskId,
    ttl,
  );

function state(members: string): TaskState {
  const { bytes, result } = answer(`"result":{${members}}`);
  const task = readTask(bytes, result);
  if (task === undefined) throw new Error(members);
  return task;
}

const ended = () => {
  const { succeeded, failed, unknown } = guard.run.status();
  return [succeeded, failed, unknown];
};

describe('OpenTasks', () => {
  it('ends a call once, whatever is told of its task afterwards', () => {
    add('a');
    const done = state('"status":"completed","result":{"content":[]}');
    tasks.told('a', done);
    tasks.told('a', done);
    tasks.told('a', state('"status":"cancelled"'));
    expect(ended()).toEqual([1, 0, 0]);
  });

  it.each(['working', 'input_required', 'paused'])('stays open while it is %s', (status) => {
    add('a');
    tasks.told('a', state(`"status":"${status}"`));
    expect(guard.run.inFlight).toBe(1);
  });

  it('knows nothing of a task that no call was answered with', () => {
    add('a');
    tasks.told('b', state('"status":"failed"'));
    tasks.answered('b', answer('"result":{}'));
    expect(guard.run.inFlight).toBe(1);
  });

  it.each([
    ['completed', [1, 0, 0]],
    ['failed', [0, 1, 0]],
  ])('that is %s waits 5 s for its result, however often that is told', (status, counts) => {
    add('a');
    for (let second = 0; second < 5; second += 1) {
      tasks.told('a', state(`"status":"${status}","statusMessage":"no network"`));
      expect(guard.run.inFlight).toBe(1);
      vi.advanceTimersByTime(1_000);
    }
    expect(ended()).toEqual(counts);
  });

  it('that was to be cancelled is unknown after 5 s, if nothing else is told', () => {
    add('a');
    tasks.cancelAsked('a');
    vi.advanceTimersByTime(4_999);
    expect(ended()).toEqual([0, 0, 0]);
    vi.advanceTimersByTime(1);
    expect(ended()).toEqual([0, 0, 1]);
  });

  it('that has ended all the same when it was to be cancelled has ended so', () => {
    add('a');
    tasks.told('a', state('"status":"completed"'));
    tasks.cancelAsked('a');
    tasks.abandon('fuze stopped');
    expect(ended()).toEqual([1, 0, 0]);
  });

  it('lives as long as its ttl, and no longer than a day', () => {
    add('a', 1_000);
    add('b');
    add('c', 100 * DAY_MS);
    vi.advanceTimersByTime(1_000);
    expect(ended()).toEqual([0, 0, 1]);
    vi.advanceTimersByTime(DAY_MS - 1_001);
    expect(ended()).toEqual([0, 0, 1]);
    vi.advanceTimersByTime(1);
    expect(ended()).toEqual([0, 0, 3]);
  });

  it('gives up the oldest above 1,000, and one whose name is used again', () => {
    for (let n = 0; n < 1_000; n += 1) add(String(n));
    expect(ended()).toEqual([0, 0, 0]);
    add('1000');
    expect(ended()).toEqual([0, 0, 1]);
    tasks.answered('0', answer('"result":{}'));
    expect(ended()).toEqual([0, 0, 1]);
    const other = callMessage('{"name":"other"}');
    tasks.add(openCall(guard.run, other), '1');
    expect(ended()).toEqual([0, 0, 2]);
    tasks.answered('1', answer('"result":{}'));
    expect(ended()).toEqual([1, 0, 2]);
  });

  it('ends the tasks of one run, or all', () => {
    add('a');
    const other = guard.engine.openRun();
    tasks.add(openCall(other, callMessage()), 'b');
    tasks.abandon('server exited', other);
    expect([guard.run.inFlight, other.status().unknown]).toEqual([1, 1]);
    tasks.abandon('server exited');
    expect(ended()).toEqual([0, 0, 1]);
  });
});

describe('readTask', () => {
  it('reads both forms', () => {
    expect(state('"taskId":"a","status":"working","ttl":5')).toMatchObject({ taskId: 'a', ttl: 5 });
    expect(state('"taskId":"a","ttlMs":7,"ttl":5')).toMatchObject({ ttl: 7 });
    expect(state('"taskId":"a","ttl":null').ttl).toBeUndefined();
  });

  it.each(['"taskId":7', `"taskId":"${'x'.repeat(1_001)}"`, ''])(
    'has no id where none can be remembered',
    (members) => expect(state(members).taskId).toBeUndefined(),
  );

  it('takes an error of a task that failed, and no error of another', () => {
    const error = '"error":{"code":-32603,"message":"no"}';
    expect(state(`"status":"failed",${error}`).answer?.error).toBeDefined();
    expect(state(`"status":"completed",${error}`).answer).toBeUndefined();
    expect(state(`"status":"completed","result":{"isError":true}`).answer?.result).toBeDefined();
  });
});
