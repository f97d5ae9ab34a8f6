/** Declared in `session.start`: from there on every line has exactly the spelling of `seal`. */
export const TRACE_FORMAT = 'fuze-trace/1';

/**
 * A call that has not ended: the server asked the client for input first, or answered with a task. A record of its own
 * tells its end, under the id of the last round, so that this one is no call more.
 */
export const UNDER_WAY = ['input_required', 'task'] as const;

export type UnderWay = (typeof UNDER_WAY)[number];

/** How a call ended, or that it has not. */
export const CALL_OUTCOMES = [
  'success',
  'failure',
  'timeout',
  'cancelled',
  'server_exited',
  'shutdown',
  'refused',
  'replayed',
  ...UNDER_WAY,
] as const;

export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** Takes what was read from a file too. */
export function isUnderWay(outcome: unknown): outcome is UnderWay {
  return UNDER_WAY.some((known) => known === outcome);
}

/** What the guard decided, as far as the trace tells. */
export interface TraceDecision {
  readonly action: 'allow' | 'warn' | 'replay' | 'refuse' | 'ask' | 'kill';
  readonly check?: string | undefined;
  readonly reason?: string | undefined;
  /** True when shadow mode let the call through all the same. */
  readonly shadow?: boolean | undefined;
  readonly tripId?: string | undefined;
}

interface Timestamped {
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  /** Records lost before this one because the file could not be written. The writer sets it. */
  readonly lost?: number | undefined;
}

export interface SessionStart extends Timestamped {
  readonly kind: 'session.start';
  readonly format: typeof TRACE_FORMAT;
  /** Version of fuze. */
  readonly fuze: string;
  /** Name of the guarded server. */
  readonly server: string;
  readonly pid: number;
  readonly mode: 'guard' | 'shadow';
  /** The ceiling of a run in USD, as it was when the session began. */
  readonly maxCostPerRun?: number | undefined;
}

export interface CallRecord extends Timestamped {
  readonly kind: 'call';
  readonly runId: string;
  readonly tool: string;
  /** The JSON-RPC id as its JSON text: "1" and 1 stay different. */
  readonly callId: string;
  readonly argsHash: string;
  /** Absent when no result came, and where a large one stands in `result` byte for byte as it came. */
  readonly resultHash?: string | undefined;
  /** Redacted; absent with `capture = "hash"`. */
  readonly args?: unknown;
  readonly result?: unknown;
  /** The JSON-RPC error, where the answer was one. */
  readonly error?: unknown;
  /** What the server's annotations say, where they say anything. */
  readonly hints?: { readonly readOnly: boolean; readonly destructive: boolean } | undefined;
  /** USD. */
  readonly cost: number;
  /** USD that the call was reckoned to cost before it ran; absent when it was not judged. */
  readonly estimate?: number | undefined;
  /** True when the tool is declared a side effect. */
  readonly sideEffect?: boolean | undefined;
  readonly duration_ms: number;
  readonly decision: TraceDecision;
  readonly outcome: CallOutcome;
  readonly errorClass?: string | undefined;
}

export interface TripRecord extends Timestamped {
  readonly kind: 'trip';
  readonly tripId: string;
  readonly check: string;
  readonly reason: string;
  readonly tool: string;
  readonly runId: string;
}

/** A person let a run go on that a trip had ended. */
export interface ResetRecord extends Timestamped {
  readonly kind: 'reset';
  readonly tripId: string;
  readonly runId: string;
}

export interface SessionEnd extends Timestamped {
  readonly kind: 'session.end';
  readonly reason: string;
  /** Calls of this session, those under way not counted, and those among them with outcome refused and replayed. */
  readonly calls: number;
  readonly refused: number;
  readonly replayed: number;
  readonly trips: number;
  /** All records of this session, its start and this end included. */
  readonly records: number;
  /** `hash` of the record before this one. */
  readonly head: string;
}

/** What comes between the start of a session and its end. */
export type EventRecord = CallRecord | TripRecord | ResetRecord;

export type TracePayload = SessionStart | EventRecord | SessionEnd;
