import { describe, expect, it } from 'vitest';
import { buildTripLog, type TripDescription, tripReasonOf } from '../../src/evidence/trip-log.js';
import { validateTripLogBytes } from '../../src/evidence/trip-log-validate.js';

const HASH = 'ab'.repeat(32);

function description(more: Partial<TripDescription> = {}): TripDescription {
  return {
    check: 'repeat',
    runId: 'run-1',
    serverName: 'shop',
    tool: 'search',
    calls: [
      { step: 1, tool: 'search', argsHash: HASH },
      { step: 2, tool: 'search', argsHash: HASH, statusCode: 503, errorClass: 'http 503' },
    ],
    message: 'three times the same',
    numbers: { repeat_threshold: 3 },
    now: Date.UTC(2026, 2, 1, 9, 30),
    randomHex: () => '00c0ffee0123',
    ...more,
  };
}

function verdict(trip: object): { v1: boolean; v2: boolean } {
  const bytes = Buffer.from(JSON.stringify(trip));
  return {
    v1: validateTripLogBytes(bytes, 'v1').length === 0,
    v2: validateTripLogBytes(bytes, 'v2').length === 0,
  };
}

// facts/trip-log.md, "What fuze writes".
const REASONS = {
  iterations: 'loop_detected',
  repeat: 'loop_detected',
  sequence: 'loop_detected',
  stall: 'loop_detected',
  similarity: 'loop_detected',
  velocity: 'loop_detected',
  circuit: 'loop_detected',
  side_effect: 'loop_detected',
  calls_per_tool: 'budget_exceeded',
  budget: 'budget_exceeded',
  tokens: 'budget_exceeded',
  rate: 'rate_limited',
  policy: 'policy_denied',
  killed: 'kill_switch_active',
  constructor: 'loop_detected',
};

describe('buildTripLog', () => {
  it.each(Object.entries(REASONS))('%s is %s', (check, reason) => {
    expect(tripReasonOf(check)).toBe(reason);
    const trip = buildTripLog(description({ check }));
    expect(trip.reason).toBe(reason);
    expect(trip.metadata).toMatchObject({ check });
    const inV1 = reason === 'loop_detected' || reason === 'budget_exceeded';
    expect(verdict(trip)).toEqual({ v1: inV1, v2: true });
  });

  it('a reason of v1: what v1 has no member for is in metadata', () => {
    expect(buildTripLog(description({ agent: 'claude', shadow: true }))).toEqual({
      tripId: 'fg_00c0ffee0123',
      reason: 'loop_detected',
      createdAt: '2026-03-01T09:30:00.000Z',
      toolName: 'search',
      calls: [
        { step: 1, tool: 'search', argsHash: HASH },
        { step: 2, tool: 'search', argsHash: HASH, statusCode: 503, errorClass: 'http 503' },
      ],
      metadata: {
        tripUuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/),
        check: 'repeat',
        server: 'shop',
        message: 'three times the same',
        limits: { repeat_threshold: 3 },
        shadow: true,
        runId: 'run-1',
        agent: 'claude',
      },
    });
  });

  it('another reason: the members of v2', () => {
    const trip = buildTripLog(description({ check: 'rate', agent: 'claude' }));
    expect(trip).toMatchObject({ runId: 'run-1', agentId: 'claude' });
    expect(trip.metadata).not.toHaveProperty('runId');
  });

  it('keeps the newest 50 calls', () => {
    const calls = Array.from({ length: 51 }, (_, i) => ({
      step: i + 1,
      tool: 't',
      argsHash: HASH,
    }));
    expect(buildTripLog(description({ calls: calls.slice(0, 50) })).calls).toHaveLength(50);
    const steps = buildTripLog(description({ calls })).calls.map(({ step }) => step);
    expect([steps.length, steps[0], steps.at(-1)]).toEqual([50, 2, 51]);
  });

  it('is valid whatever the client called its tool', () => {
    const calls = [{ step: 1, tool: '', argsHash: HASH, statusCode: 1.5 }];
    expect(verdict(buildTripLog(description({ tool: '', calls })))).toEqual({ v1: true, v2: true });
  });

  it('makes a new id each time', () => {
    const ids = [1, 2].map(() => buildTripLog(description({ randomHex: undefined })).tripId);
    expect(ids[0]).toMatch(/^fg_[0-9a-f]{12}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });
});
