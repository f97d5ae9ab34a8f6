import { randomBytes, randomUUID } from 'node:crypto';
import type { TripCall, TripLog, TripReason } from './trip-log-schema.js';
import { V1_REASONS } from './trip-log-schema.js';

/** Calls kept in a trip log, the newest. */
const MAX_CALLS = 50;

/** A trip as the proxy knows it. */
export interface TripDescription {
  /** Name of the check that stopped the call. */
  readonly check: string;
  readonly runId: string;
  readonly serverName: string;
  /** Tool of the call that tripped. */
  readonly tool: string;
  /** What led to the trip, oldest first, the tripping call last. */
  readonly calls: readonly TripCall[];
  /** What happened, for people. */
  readonly message: string;
  /** The check's own numbers: limits, sums, counts. */
  readonly numbers: Readonly<Record<string, unknown>>;
  readonly agent?: string | undefined;
  /** True when shadow mode let the call through all the same. */
  readonly shadow?: boolean | undefined;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
  /** Gives 12 hex digits. */
  readonly randomHex?: (() => string) | undefined;
}

// A check not listed here stops repetition of one kind or another.
const REASONS: Readonly<Record<string, TripReason>> = {
  killed: 'kill_switch_active',
  policy: 'policy_denied',
  rate: 'rate_limited',
  calls_per_tool: 'budget_exceeded',
  budget: 'budget_exceeded',
  tokens: 'budget_exceeded',
};

/** 12 random hex digits, for a trip's id. */
export function randomTripDigits(): string {
  return randomBytes(6).toString('hex');
}

/** The trip log reason of a check. */
export function tripReasonOf(check: string): TripReason {
  return Object.hasOwn(REASONS, check) ? (REASONS[check] ?? 'loop_detected') : 'loop_detected';
}

/** A call as both schemas accept it, whatever name the client made up. */
function tripCall(call: TripCall): TripCall {
  const { step, tool, argsHash, statusCode, errorClass } = call;
  return {
    step,
    tool: tool === '' ? '(no name)' : tool,
    argsHash,
    ...(statusCode !== undefined && {
      statusCode: Number.isInteger(statusCode) ? statusCode : null,
    }),
    ...(errorClass !== undefined && { errorClass }),
  };
}

/**
 * Builds the trip log: valid under v2, and under v1 as well when the reason is one of v1's.
 * What a schema has no member for is in `metadata`, with a UUID that ingest services want.
 */
export function buildTripLog(trip: TripDescription): TripLog {
  const { check, runId, serverName, tool, message, numbers, agent, shadow = false, now } = trip;
  const reason = tripReasonOf(check);
  const v1 = V1_REASONS.some((known) => known === reason);
  const who = { runId, ...(agent !== undefined && { [v1 ? 'agent' : 'agentId']: agent }) };
  return {
    tripId: `fg_${(trip.randomHex ?? randomTripDigits)()}`,
    reason,
    createdAt: new Date(now).toISOString(),
    toolName: tool,
    calls: trip.calls.slice(-MAX_CALLS).map(tripCall),
    ...(!v1 && who),
    metadata: {
      tripUuid: randomUUID(),
      check,
      server: serverName,
      message,
      limits: numbers,
      shadow,
      ...(v1 && who),
    },
  };
}
