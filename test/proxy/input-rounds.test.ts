import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallMessage } from '../../src/jsonrpc/client-message.js';
import { digest, type Question } from '../../src/proxy/input-question.js';
import { InputRounds } from '../../src/proxy/input-rounds.js';
import { TestGuard } from '../guard/support/test-guard.js';
import { callMessage } from './support/messages.js';
import { hash, openCall, settler } from './support/open-calls.js';

const DAY_MS = 24 * 3_600_000;

let guard: TestGuard;
let rounds: InputRounds;

beforeEach(() => {
  vi.useFakeTimers();
  guard = new TestGuard({ shadow: true });
  rounds = new InputRounds(settler(), hash);
});
afterEach(() => vi.useRealTimers());

const asked = (state?: string): Question => ({
  state: state === undefined ? undefined : digest(state),
  samplings: new Map(),
});

/** A call of `pay` with these arguments waits in the open run. */
function wait(state?: string, args = '{}', round = 1): void {
  const call = openCall(guard.run, callMessage(`{"name":"pay","arguments":${args}}`));
  rounds.wait({ ...call, round: { number: round, state: undefined } }, asked(state));
}

const next = (members: string, name = 'pay'): CallMessage =>
  callMessage(`{"name":"${name}"${members}}`);

const found = (members: string, name?: string) => rounds.find(next(members, name), guard.run);
const unknown = (): number => guard.run.status().unknown;

describe('InputRounds', () => {
  it('finds the call by tool, arguments and state', () => {
    wait('s');
    expect(found(',"arguments":{},"requestState":"s"')).toBeDefined();
    expect(found(',"requestState":"s","inputResponses":{}')).toBeDefined();
    expect(found(',"requestState":"t","inputResponses":{}')).toBeUndefined();
    expect(found(',"requestState":["s"],"inputResponses":{}')).toBeUndefined();
    expect(found(',"inputResponses":{}')).toBeUndefined();
    expect(found('')).toBeUndefined();
    expect(found(',"requestState":"s","arguments":{"n":1}')).toBeUndefined();
    expect(found(',"requestState":"s"', 'refund')).toBeUndefined();
  });

  it('finds a call without a state by its responses, in its own run alone', () => {
    wait();
    expect(found(',"inputResponses":{}')).toBeDefined();
    expect(found(',"inputResponses":{},"requestState":"made up"')).toBeUndefined();
    expect(rounds.find(next(',"inputResponses":{}'), guard.engine.openRun())).toBeUndefined();
    expect(rounds.find(next(',"inputResponses":{}'), undefined)).toBeUndefined();
  });

  it('finds a call with a state from any run, and one of the same run first', () => {
    wait('s');
    const other = guard.engine.openRun();
    expect(rounds.find(next(',"requestState":"s"'), other)?.call.run).toBe(guard.run);
    const here = openCall(other, callMessage());
    rounds.wait(here, asked('s'));
    expect(rounds.find(next(',"requestState":"s"'), other)?.call).toBe(here);
  });

  it('lets a call go on with one message', () => {
    wait('s');
    const waiting = found(',"requestState":"s"');
    if (waiting !== undefined) rounds.take(waiting);
    expect(found(',"requestState":"s"')).toBeUndefined();
    expect(unknown()).toBe(0);
  });

  it('gives up the call that has waited longest above 1,000', () => {
    for (let n = 0; n < 1_000; n += 1) wait(String(n));
    expect(unknown()).toBe(0);
    wait('1000');
    expect(unknown()).toBe(1);
    expect(found(',"requestState":"0"')).toBeUndefined();
    expect(found(',"requestState":"1"')).toBeDefined();
  });

  it('gives a call up after a day', () => {
    wait('s');
    vi.advanceTimersByTime(DAY_MS - 1);
    expect(unknown()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(unknown()).toBe(1);
    expect(guard.run.inFlight).toBe(0);
  });

  it('gives a call up that asks a hundred times', () => {
    wait('s', '{}', 99);
    expect(unknown()).toBe(0);
    wait('s', '{"n":1}', 100);
    expect(unknown()).toBe(1);
  });

  it('ends the calls of one run, or all', () => {
    wait('s');
    const other = guard.engine.openRun();
    rounds.wait(openCall(other, callMessage()), asked('s'));
    rounds.abandon('fuze stopped', other);
    expect([unknown(), other.status().unknown]).toEqual([0, 1]);
    rounds.abandon('fuze stopped');
    expect(unknown()).toBe(1);
    vi.advanceTimersByTime(DAY_MS);
    expect(unknown()).toBe(1);
  });
});
