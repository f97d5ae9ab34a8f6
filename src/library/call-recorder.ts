import { microsToUsd } from '../config/money.js';
import type { Micros } from '../config/settings.js';
import type { CallOutcome, TraceDecision } from '../evidence/trace-payload.js';
import type { TraceWriter } from '../evidence/trace-writer.js';
import type { Decision, Stopped, Trip } from '../guard/decision.js';
import type { JudgedCall } from '../guard/tool-call.js';
import type { Compensation, UndoFailure } from './compensations.js';
import { jsonMembersOf } from './json-value.js';
import { readRecorded } from './recorded-result.js';

export interface RecorderOptions {
  readonly trace: TraceWriter;
  readonly capture: 'full' | 'hash';
  readonly redact: (value: unknown) => unknown;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
}

/** What is recorded of one attempt, or of a call that did not run. */
export interface CallFacts {
  /** Counts the calls of a run; retries share the number of their call. */
  readonly id: number;
  readonly tool: string;
  readonly runId: string;
  readonly argsHash: string;
  /** As they were when the call was made. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Monotonic milliseconds of its start. */
  readonly since: number;
  readonly decision: TraceDecision;
  readonly outcome: CallOutcome;
  readonly cost: Micros;
  /** Text of `recordResult`. */
  readonly result?: string | undefined;
  readonly resultHash?: string | undefined;
  readonly error?: string | undefined;
  readonly errorClass?: string | undefined;
}

function ruling(stop: Stopped): Pick<TraceDecision, 'check' | 'reason' | 'tripId'> {
  const { check, reason } = stop.verdict;
  return { check, reason, tripId: 'tripId' in stop ? stop.tripId : undefined };
}

/** What the trace tells of a decision. */
export function decisionTold(decision: Decision): TraceDecision {
  if ('verdict' in decision) {
    const action = decision.action === 'wait' ? 'refuse' : decision.action;
    return { action, ...ruling(decision) };
  }
  const { action } = decision;
  if (decision.shadow !== undefined) return { action, ...ruling(decision.shadow), shadow: true };
  const [warning] = decision.warnings;
  return warning === undefined
    ? { action }
    : { action, check: warning.check, reason: warning.reason };
}

/** Writes what became of the calls into a trace, each before its caller is told. */
export class CallRecorder {
  constructor(private readonly options: RecorderOptions) {}

  /** The arguments as they are now, for a record that is written when the function may have changed them. */
  snapshot(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return this.options.capture === 'full' ? jsonMembersOf(args) : {};
  }

  call(facts: CallFacts): void {
    const { trace, capture, redact, now } = this.options;
    const { id, args, since, cost, result, error, ...told } = facts;
    const returned = readRecorded(result);
    trace.append({
      kind: 'call',
      timestamp: this.timestamp(),
      ...told,
      callId: String(id),
      ...(capture === 'full'
        ? { args: redact(args), result: redact(returned?.value), error: redact(error) }
        : {}),
      cost: microsToUsd(cost),
      duration_ms: Math.round((now() - since) * 1_000) / 1_000,
    });
    trace.flush();
  }

  /** A call that succeeded was undone by `rollback()`, or was to be. */
  compensation(
    runId: string,
    { id, tool, argsHash }: Compensation,
    failure: UndoFailure | undefined,
  ): void {
    this.call({
      id,
      tool,
      runId,
      argsHash,
      args: {},
      since: this.options.now(),
      decision: { action: 'allow', reason: `compensation of call ${id}` },
      outcome: failure === undefined ? 'success' : 'failure',
      cost: 0,
      error: failure?.error instanceof Error ? failure.error.message : undefined,
    });
  }

  trip({ id, verdict, call }: Trip): void {
    const { check, reason } = verdict;
    const { tool, runId }: JudgedCall = call;
    const timestamp = this.timestamp();
    this.options.trace.append({ kind: 'trip', timestamp, tripId: id, check, reason, tool, runId });
  }

  private timestamp(): string {
    return new Date(this.options.wallClock()).toISOString();
  }
}
