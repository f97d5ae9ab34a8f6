import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/guard/run.js';
import { RunKeeper } from '../../src/proxy/run-keeper.js';
import { admitted, success, TestGuard } from '../guard/support/test-guard.js';

const IDLE = 1_000;

let time: number;
let ended: Run[];
let keeper: RunKeeper;
let guard: TestGuard;

beforeEach(() => {
  time = 0;
  ended = [];
  guard = new TestGuard({ tools: { pay: { sideEffect: true } } });
  keeper = new RunKeeper(
    guard.engine,
    () => time,
    () => IDLE,
    (run) => ended.push(run),
  );
});

describe('RunKeeper', () => {
  it('opens a run at the first call, and none without one', () => {
    keeper.end('');
    expect(ended).toEqual([]);
    expect(keeper.current('')).toBe(keeper.current(''));
  });

  it('tells the open run without opening one', () => {
    expect(keeper.open('')).toBeUndefined();
    const run = keeper.current('');
    expect(keeper.open('')).toBe(run);
    keeper.end('');
    expect(keeper.open('')).toBeUndefined();
  });

  it('goes on with the run until run_idle has passed without a call', () => {
    const run = keeper.current('');
    time = IDLE - 1;
    expect(keeper.current('')).toBe(run);
    time += IDLE - 1;
    expect(keeper.current('')).toBe(run);
    expect(ended).toEqual([]);
    time += IDLE;
    expect(keeper.current('')).not.toBe(run);
    expect(ended).toEqual([run]);
  });

  it('counts silence from the end of a call, and none while one is in flight', () => {
    const run = keeper.current('');
    const call = admitted(run.admit({ tool: 'a', args: {} }));
    time = 10 * IDLE;
    expect(keeper.current('')).toBe(run);
    time = 20 * IDLE;
    run.settle(call, success());
    keeper.touch('');
    time += IDLE - 1;
    expect(keeper.current('')).toBe(run);
  });

  it('ends the run in order: its side effects may be repeated', () => {
    const pay = { tool: 'pay', args: {} };
    const run = keeper.current('');
    run.settle(admitted(run.admit(pay)), success());
    expect(run.admit(pay).action).toBe('replay');
    keeper.end('');
    expect(ended).toEqual([run]);
    expect(run.admit(pay).action).toBe('allow');
    keeper.end('');
    expect(ended).toEqual([run]);
    expect(keeper.current('')).not.toBe(run);
  });

  it('ends the run of a client that left in the middle of a call when that call is over', () => {
    const run = keeper.current('connection 1');
    const calls = ['a', 'b'].map((tool) => admitted(run.admit({ tool, args: {} })));
    keeper.end('connection 1');
    for (const [index, call] of calls.entries()) {
      expect([ended, keeper.size]).toEqual([[], 1]);
      run.settle(call, success(`${index}`));
      keeper.touch('connection 1');
    }
    expect([ended, keeper.size]).toEqual([[run], 0]);
  });

  it('keeps the runs of two clients apart', () => {
    const run = keeper.current('connection 1');
    expect(keeper.current('connection 2')).not.toBe(run);
    expect(keeper.current('connection 1')).toBe(run);
    keeper.end('connection 2');
    expect(keeper.current('connection 1')).toBe(run);
  });

  it('ends the runs that were silent for run_idle when another one opens', () => {
    const old = keeper.current('old');
    const busy = keeper.current('busy');
    admitted(busy.admit({ tool: 'a', args: {} }));
    time = IDLE;
    keeper.current('new');
    expect(ended).toEqual([old]);
    expect(keeper.current('busy')).toBe(busy);
  });

  it('ends the run of a client that has left with its last call', () => {
    const run = keeper.current('connection 1');
    const call = admitted(run.admit({ tool: 'a', args: {} }));
    keeper.end('connection 1');
    expect(ended).toEqual([]);
    run.settle(call, success());
    keeper.touch('connection 1');
    expect(ended).toEqual([run]);
  });

  it('goes on with the run of a client that has left and come back', () => {
    const run = keeper.current('session 1');
    const call = admitted(run.admit({ tool: 'a', args: {} }));
    keeper.end('session 1');
    expect(keeper.current('session 1')).toBe(run);
    run.settle(call, success());
    keeper.touch('session 1');
    expect(ended).toEqual([]);
  });

  it('ends silent runs behind one whose call takes long, and holds to its bound', () => {
    const busy = keeper.current('busy');
    admitted(busy.admit({ tool: 'a', args: {} }));
    const old = keeper.current('old');
    time = IDLE;
    const young = keeper.current('young');
    expect(ended).toEqual([old]);
    for (let n = 0; keeper.size < 10_000; n += 1) keeper.current(String(n));
    keeper.current('one more');
    expect(ended).toEqual([old, young]);
    expect(keeper.current('busy')).toBe(busy);
  });

  it('holds a bounded number of runs, and ends the one that was silent for longest', () => {
    const first = keeper.current('0');
    for (let n = 1; n <= 10_000; n += 1) keeper.current(String(n));
    expect(ended).toEqual([first]);
  });
});
