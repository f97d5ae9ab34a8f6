import { describe, expect, it } from 'vitest';
import { CALL_OUTCOMES, isUnderWay, UNDER_WAY } from '../../src/evidence/trace-payload.js';
import { readTraceEntry } from '../../src/report/trace-entry.js';

const call = {
  kind: 'call',
  timestamp: '2026-01-01T00:00:00.500Z',
  runId: 'r',
  tool: 't',
  cost: 0.07,
  estimate: 0.1,
  duration_ms: 12.5,
  decision: { action: 'allow' },
  outcome: 'success',
};

describe('readTraceEntry', () => {
  it('reads a call, money in micro-dollars', () => {
    expect(readTraceEntry(call)).toEqual({
      kind: 'call',
      at: Date.UTC(2026, 0, 1) + 500,
      runId: 'r',
      tool: 't',
      fate: 'succeeded',
      cost: 70_000,
      estimate: 100_000,
      duration: 12.5,
      warned: false,
      sideEffect: false,
      check: undefined,
      reason: undefined,
      shadow: false,
      tripId: undefined,
    });
  });

  it.each([
    ['allow', 'succeeded failed timedOut interrupted interrupted interrupted refused replayed'],
    ['warn', 'succeeded failed timedOut interrupted interrupted interrupted refused replayed'],
    ['refuse', 'succeeded failed withdrawn withdrawn withdrawn withdrawn refused replayed'],
  ])('knows what became of a call with action %s, by outcome', (action, fates) => {
    const ended = CALL_OUTCOMES.filter((outcome) => !isUnderWay(outcome));
    const read = ended.map((outcome) => readTraceEntry({ ...call, outcome, decision: { action } }));
    expect(read).toEqual(fates.split(' ').map((fate) => expect.objectContaining({ fate })));
  });

  it.each(UNDER_WAY)('counts no call for one that goes on: %s', (outcome) => {
    expect(readTraceEntry({ ...call, outcome })).toEqual({ kind: 'underWay' });
  });

  it.each([
    ['tool', { ...call, tool: 7 }, 'no "tool" that is a text'],
    ['timestamp', { ...call, timestamp: 'yesterday' }, 'no "timestamp" that is a time'],
    ['cost', { ...call, cost: -1 }, 'no "cost" that is an amount of US dollars'],
    ['estimate', { ...call, estimate: 'x' }, 'no "estimate" that is an amount of US dollars'],
    ['duration', { ...call, duration_ms: -1 }, 'no "duration_ms" that is a number of at least 0'],
    ['outcome', { ...call, outcome: 'lost' }, 'no "outcome" that this fuze knows'],
    ['decision', { ...call, decision: undefined }, 'no "action" that is a text'],
    ['check', { ...call, decision: { action: 'refuse', check: 1 } }, 'no "check" that is a text'],
    ['kind', { ...call, kind: 'note' }, 'no "kind" that this fuze knows'],
    ['everything', null, 'no "kind" that this fuze knows'],
    [
      'a trip without reason',
      { ...call, kind: 'trip', tripId: 'x', check: 'c' },
      'no "reason" that is a text',
    ],
    ['a start without server', { kind: 'session.start' }, 'no "server" that is a text'],
  ])('says what is wrong with %s', (_, payload, reason) => {
    expect(readTraceEntry(payload)).toBe(reason);
  });

  it('reads the ceiling where there is one', () => {
    const start = { kind: 'session.start', server: 's', mode: 'shadow', maxCostPerRun: 0.5 };
    const read = { kind: 'start', server: 's', shadow: true, maxCostPerRun: 500_000 };
    expect(readTraceEntry(start)).toEqual(read);
    expect(readTraceEntry({ ...start, maxCostPerRun: undefined, mode: 'guard' })).toEqual({
      ...read,
      shadow: false,
      maxCostPerRun: undefined,
    });
  });

  it('cuts what is longer than anybody reads', () => {
    expect(readTraceEntry({ ...call, tool: 'x'.repeat(2_000) })).toMatchObject({
      tool: 'x'.repeat(2_000),
    });
    expect(readTraceEntry({ ...call, tool: 'x'.repeat(2_001) })).toMatchObject({
      tool: `${'x'.repeat(2_000)}…`,
    });
  });
});
