import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines } from '../../src/proxy/deadlines.js';
import type { PendingRequest } from '../../src/proxy/pending-requests.js';
import { request } from './support/messages.js';

let expired: PendingRequest[];
let asked: boolean;
let open: Set<PendingRequest>;
let deadlines: Deadlines;

beforeEach(() => {
  vi.useFakeTimers();
  expired = [];
  asked = false;
  open = new Set();
  deadlines = new Deadlines({
    now: () => Date.now(),
    waitsForClient: () => asked,
    open: () => open,
    onTimeout: (late) => expired.push(late),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function start(call: PendingRequest, timeout: number, token: unknown): void {
  open.add(call);
  deadlines.start(call, timeout, token);
}

describe('Deadlines', () => {
  it('tells once of a call that has taken its timeout', () => {
    const call = request('1');
    start(call, 100, undefined);
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual([call]);
    vi.advanceTimersByTime(10_000);
    expect(expired).toEqual([call]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when it is stopped', () => {
    start(request('1'), 100, undefined);
    deadlines.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells nothing of a call that ended', () => {
    const call = request('1');
    start(call, 100, 'token');
    expect(deadlines.watchesProgress).toBe(true);
    deadlines.clear(call);
    deadlines.clear(call);
    expect(deadlines.watchesProgress).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(expired).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('starts the clock again at each progress notification of the call', () => {
    const call = request('1');
    start(call, 100, 7);
    vi.advanceTimersByTime(99);
    deadlines.progress(7);
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual([call]);
  });

  it.each([
    ['"7" is not 7', '7'],
    ['another token', 8],
    ['no token', undefined],
    ['an object', {}],
  ])('not at another one: %s', (_, token) => {
    const call = request('1');
    start(call, 100, 7);
    vi.advanceTimersByTime(99);
    deadlines.progress(token);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual([call]);
  });

  it('lets progress go on for 10 times the timeout, and no longer', () => {
    const call = request('1');
    start(call, 100, 'token');
    for (let time = 0; time < 990; time += 10) {
      vi.advanceTimersByTime(10);
      deadlines.progress('token');
    }
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(10);
    expect(expired).toEqual([call]);
  });

  it('does not count the time in which the server waits for the client, up to 10 times the timeout', () => {
    const call = request('1');
    start(call, 100, undefined);
    asked = true;
    vi.advanceTimersByTime(950);
    expect(expired).toEqual([]);
    asked = false;
    vi.advanceTimersByTime(50);
    expect(expired).toEqual([call]);
    const other = request('2');
    asked = true;
    start(other, 100, undefined);
    vi.advanceTimersByTime(999);
    expect(expired).toEqual([call]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual([call, other]);
  });

  it('keeps the longest timeout that can be set', () => {
    start(request('1'), 2 ** 31 - 1, undefined);
    vi.advanceTimersByTime(2 ** 31 - 2);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(expired).toHaveLength(1);
  });

  it('gives a token to the latest call that brings it', () => {
    const [first, second] = [request('1'), request('2')];
    start(first, 100, 'token');
    start(second, 100, 'token');
    deadlines.clear(first);
    vi.advanceTimersByTime(60);
    deadlines.progress('token');
    vi.advanceTimersByTime(60);
    expect(expired).toEqual([]);
    deadlines.clear(second);
    expect(deadlines.watchesProgress).toBe(false);
  });
});
