import { describe, expect, it } from 'vitest';
import type { ToolSettings } from '../../src/config/settings.js';
import type { Decision, Trip } from '../../src/guard/decision.js';
import { PLAIN_TOOL, type SettingsChange } from './support/settings.js';
import {
  admitted,
  failure,
  lost,
  success,
  TestGuard,
  timedOut,
  verdictOf,
} from './support/test-guard.js';

/** A guard whose agent has made the same call so often that the next one is a loop. */
function looping(change: SettingsChange = {}): TestGuard {
  const guard = new TestGuard(change);
  for (let call = 0; call < 2; call += 1) guard.call('search', { q: 1 });
  return guard;
}

function newTripOf(decision: Decision): Trip | undefined {
  return 'newTrip' in decision ? decision.newTrip : undefined;
}

describe('admit and settle', () => {
  it('counts what a run has seen', () => {
    const guard = new TestGuard({ maxIterations: 4, every: { estimatedCost: 10 } });
    guard.call('a', {}, success('x', 3));
    guard.call('b', {}, failure());
    guard.call('c', {}, lost);
    const open = admitted(guard.admit('d'));
    guard.call('e');
    expect(guard.run.status()).toEqual({
      runId: guard.run.runId,
      admitted: 4,
      succeeded: 1,
      failed: 1,
      unknown: 1,
      inFlight: 1,
      refused: 1,
      replayed: 0,
      stops: { iterations: 1 },
      wouldStop: 0,
      spent: 23,
      reserved: 10,
      killedBy: undefined,
    });
    expect(guard.run.settle(open, success('x', 7))).toBe(7);
    expect(guard.run.status()).toMatchObject({ spent: 30, reserved: 0, inFlight: 0 });
  });

  it('ignores a second settlement, and one of a call that was never admitted', () => {
    const guard = new TestGuard({ every: { estimatedCost: 10 } });
    const call = admitted(guard.admit('a'));
    expect(guard.run.settle(call, success())).toBe(10);
    expect(guard.run.settle(call, success())).toBe(0);
    expect(guard.run.settle({ ...call }, success())).toBe(0);
    expect(guard.run.status()).toMatchObject({ spent: 10, reserved: 0, succeeded: 1 });
  });

  it('keeps its runs apart', () => {
    const guard = new TestGuard({ maxIterations: 1 });
    expect(guard.call('a').action).toBe('allow');
    expect(guard.call('a').action).toBe('refuse');
    guard.run = guard.engine.openRun();
    expect(guard.call('a').action).toBe('allow');
  });

  it('takes up changed limits at the next call', () => {
    const guard = new TestGuard({ maxIterations: 1 });
    expect(guard.actions([['a'], ['b']])).toEqual(['allow', 'refuse']);
    guard.change({ maxIterations: 2 });
    expect(guard.actions([['c'], ['d']])).toEqual(['allow', 'refuse']);
  });

  it('settles a call by the settings that it was admitted with', () => {
    const guard = new TestGuard({ every: { estimatedCost: 10 } });
    const call = admitted(guard.admit('a'));
    guard.change({ every: { estimatedCost: 99 } });
    guard.run.settle(call, success());
    expect(guard.run.status()).toMatchObject({ spent: 10, reserved: 0 });
  });

  it('shows the last calls for the log of a trip, also those without loop checks', () => {
    const guard = new TestGuard({ tools: { clock: { loopChecks: false } } });
    guard.actions([['a'], ['b', {}, failure('no')], ['clock']]);
    expect(guard.run.recentCalls(2)).toMatchObject([
      { tool: 'b', errorClass: 'no' },
      { tool: 'clock', errorClass: undefined },
    ]);
  });
});

describe('a fault of fuze', () => {
  const tooDeep = () => {
    throw new Error('nested too deeply');
  };

  it('refuses the call whose arguments cannot be hashed, without a trip', () => {
    const guard = new TestGuard({}, undefined, { hash: tooDeep });
    expect(guard.admit('a')).toMatchObject({
      action: 'refuse',
      tripId: undefined,
      newTrip: undefined,
      verdict: { check: 'fault', reason: expect.stringContaining('nested too deeply') },
    });
    expect(guard.run.status()).toMatchObject({ admitted: 0, refused: 1 });
  });

  it('refuses the call when a check throws', () => {
    const guard = new TestGuard();
    const settings: ToolSettings = {
      ...PLAIN_TOOL,
      get maxCallsPerRun(): number {
        throw new Error('no such thing');
      },
    };
    expect(guard.run.admit({ tool: 'a', args: {}, settings })).toMatchObject({
      action: 'refuse',
      verdict: { check: 'fault', reason: expect.stringContaining('no such thing') },
    });
  });

  it('lets it through in shadow mode, and settles it', () => {
    const guard = new TestGuard({ shadow: true, every: { sideEffect: true } }, undefined, {
      hash: tooDeep,
    });
    const decision = guard.admit('a');
    expect(decision).toMatchObject({ action: 'allow', shadow: { verdict: { check: 'fault' } } });
    guard.run.settle(admitted(decision), success());
    expect(guard.run.status()).toMatchObject({ succeeded: 1, inFlight: 0 });
  });
});

describe('on_loop = "skip"', () => {
  it('refuses the call and lets the others run', () => {
    const guard = looping();
    expect(guard.call('search', { q: 1 })).toMatchObject({
      action: 'refuse',
      verdict: { check: 'repeat' },
    });
    expect(guard.call('search', { q: 2 }).action).toBe('allow');
  });

  it('kills after max_skips refusals in a row', () => {
    const guard = looping({ loop: { maxSkips: 3 } });
    const again = () => guard.call('search', { q: 1 }).action;
    expect([again(), again(), again(), again()]).toEqual(['refuse', 'refuse', 'refuse', 'kill']);
  });

  it('begins to count anew after an admitted call', () => {
    const guard = looping({ loop: { maxSkips: 2 } });
    const again = () => guard.call('search', { q: 1 }).action;
    expect([again(), again()]).toEqual(['refuse', 'refuse']);
    guard.call('note', {}, failure());
    expect([again(), again(), again()]).toEqual(['refuse', 'refuse', 'kill']);
  });

  it('counts no refusal of another kind', () => {
    const guard = looping({ loop: { maxSkips: 1 }, tools: { capped: { maxCallsPerRun: 0 } } });
    expect(guard.actions([['capped'], ['capped'], ['search', { q: 1 }]])).toEqual([
      'refuse',
      'refuse',
      'refuse',
    ]);
    expect(guard.call('search', { q: 1 }).action).toBe('kill');
  });
});

describe('on_loop = "warn"', () => {
  it('lets the call run, with what was seen', () => {
    const guard = looping({ every: { onLoop: 'warn' } });
    expect(guard.call('search', { q: 1 })).toMatchObject({
      action: 'warn',
      warnings: [{ check: 'repeat', details: { identicalCalls: 2 } }],
    });
    expect(guard.call('search', { q: 2 })).toMatchObject({ action: 'allow', warnings: [] });
    expect(guard.run.status()).toMatchObject({ admitted: 4, refused: 0 });
  });

  it('stops what is no loop', () => {
    const guard = new TestGuard({ maxIterations: 0, every: { onLoop: 'warn' } });
    expect(guard.call('search').action).toBe('refuse');
  });
});

describe('on_loop = "kill"', () => {
  it('ends the run: every later call is refused with the same trip', () => {
    const guard = looping({ tools: { search: { onLoop: 'kill' } } });
    const kill = guard.call('search', { q: 1 });
    const trip = newTripOf(kill);
    expect(kill).toMatchObject({ action: 'kill', tripId: trip?.id });
    expect(trip?.id).toMatch(/^fg_[0-9a-f]{12}$/);
    for (const tool of ['search', 'other', 'third']) {
      expect(guard.call(tool, { q: 9 })).toMatchObject({
        action: 'refuse',
        tripId: trip?.id,
        newTrip: undefined,
        verdict: { check: 'killed', details: { cause: 'repeat' } },
      });
    }
    expect(guard.run.status()).toMatchObject({ killedBy: trip?.id, refused: 4, admitted: 2 });
  });

  it('goes on when a person lifts it, the same call included, and counts loops anew', () => {
    const guard = looping({ tools: { search: { onLoop: 'kill' } } });
    const trip = newTripOf(guard.call('search', { q: 1 }));
    guard.call('other');
    expect(guard.run.lift()).toBe(trip);
    expect(guard.run.lift()).toBeUndefined();
    const actions = [1, 2, 3].map(() => guard.call('search', { q: 1 }).action);
    expect(actions).toEqual(['allow', 'allow', 'kill']);
    expect(guard.run.status()).toMatchObject({
      admitted: 4,
      refused: 3,
      stops: { repeat: 2, killed: 1 },
    });
    expect(guard.run.latch?.id).not.toBe(trip?.id);
  });

  it('keeps what it has spent, and settles what was in flight, when it is lifted', () => {
    const guard = looping({ every: { estimatedCost: 5 }, tools: { search: { onLoop: 'kill' } } });
    const open = admitted(guard.admit('slow', {}, { readOnly: true }));
    guard.call('search', { q: 1 });
    guard.run.lift();
    expect(guard.run.status()).toMatchObject({ spent: 10, reserved: 5, inFlight: 1 });
    guard.run.settle(open, success());
    expect(guard.run.status()).toMatchObject({ spent: 15, reserved: 0, inFlight: 0 });
  });

  it('settles what was in flight', () => {
    const guard = looping({ every: { estimatedCost: 5 }, tools: { search: { onLoop: 'kill' } } });
    const open = admitted(guard.admit('slow', {}, { readOnly: true }));
    expect(guard.call('search', { q: 1 }).action).toBe('kill');
    guard.run.settle(open, success());
    expect(guard.run.status()).toMatchObject({ spent: 15, reserved: 0, inFlight: 0 });
  });

  it('names the call that did it, not one that was refused before', () => {
    const guard = new TestGuard({ loop: { windowSize: 9 }, tools: { b: { onLoop: 'kill' } } });
    guard.actions([['a'], ['b'], ['a'], ['b']]);
    const first = newTripOf(guard.call('a'));
    const kill = guard.call('b');
    expect(kill.action).toBe('kill');
    expect(newTripOf(kill)?.call.tool).toBe('b');
    expect(newTripOf(kill)?.id).not.toBe(first?.id);
    expect(verdictOf(guard.call('a')).reason).toContain('"b"');
  });
});

describe('trips', () => {
  it('are one for an episode: refusals with no admitted call in between', () => {
    const guard = looping();
    const first = guard.call('search', { q: 1 });
    const second = guard.call('search', { q: 1 });
    expect(newTripOf(first)).toMatchObject({ verdict: { check: 'repeat' }, shadow: false });
    expect(second).toMatchObject({ tripId: newTripOf(first)?.id, newTrip: undefined });
    guard.call('other', {}, failure());
    const third = newTripOf(guard.call('search', { q: 1 }));
    expect(third).toBeDefined();
    expect(third?.id).not.toBe(newTripOf(first)?.id);
  });

  it('are no more than one for each check, whatever an agent tries in turn', () => {
    const capped = { maxCallsPerRun: 0 };
    const guard = looping({ tools: { a: capped, b: capped }, loop: { maxSkips: 1_000 } });
    const trips = Array.from({ length: 300 }, (_, index) => {
      const tool = ['a', 'b', 'search'][index % 3] ?? '';
      return newTripOf(guard.call(tool, { q: 1 }))?.verdict.check;
    });
    expect(trips.filter((check) => check !== undefined)).toEqual(['calls_per_tool', 'repeat']);
  });
});

describe('shadow mode', () => {
  it('lets everything through and tells what would have been decided', () => {
    const guard = looping({ shadow: true, every: { onLoop: 'kill' } });
    const decision = guard.call('search', { q: 1 });
    expect(decision).toMatchObject({
      action: 'allow',
      shadow: { action: 'kill', verdict: { check: 'repeat' }, newTrip: { shadow: true } },
    });
    // Nothing is latched, and the episode has one trip.
    expect(guard.call('search', { q: 1 })).toMatchObject({
      action: 'allow',
      shadow: { action: 'kill', newTrip: undefined },
    });
    expect(guard.call('other')).toMatchObject({ action: 'allow', shadow: undefined });
    expect(guard.run.status()).toMatchObject({
      admitted: 5,
      wouldStop: 2,
      refused: 0,
      killedBy: undefined,
    });
  });

  it('goes on as without fuze: what would have been stopped counts', () => {
    const guard = new TestGuard({ shadow: true, maxIterations: 1, every: { estimatedCost: 7 } });
    guard.actions([['a'], ['b'], ['c']]);
    expect(guard.run.status()).toMatchObject({ admitted: 3, wouldStop: 2, spent: 21 });
    expect(guard.call('d')).toMatchObject({ shadow: { verdict: { details: { calls: 3 } } } });
  });

  it('never escalates to a kill by refusals that nobody got', () => {
    const guard = looping({ shadow: true, loop: { maxSkips: 1 } });
    for (let call = 0; call < 5; call += 1) {
      expect(guard.call('search', { q: 1 })).toMatchObject({ shadow: { action: 'refuse' } });
    }
  });

  it('lets a run go on that was killed before shadow mode was switched on', () => {
    const guard = looping({ every: { onLoop: 'kill' } });
    expect(guard.call('search', { q: 1 }).action).toBe('kill');
    guard.change({ shadow: true });
    expect(guard.call('other')).toMatchObject({
      action: 'allow',
      shadow: { action: 'refuse', verdict: { check: 'killed' } },
    });
    guard.change({});
    expect(guard.call('other').action).toBe('refuse');
  });
});

describe('a call that ended as unknown', () => {
  it('costs its estimate, and a late answer changes nothing in the account', () => {
    const guard = new TestGuard({ every: { estimatedCost: 4 }, chargeFailed: false });
    const call = admitted(guard.admit('a'));
    expect(guard.run.settle(call, timedOut)).toBe(4);
    guard.run.correct(call, success('late', 1));
    expect(guard.run.status()).toMatchObject({ spent: 4, reserved: 0, unknown: 1 });
  });
});
