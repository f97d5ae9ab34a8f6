import { type ErrorDetails, FuzeError } from './fuze-error.js';

/** What every error about one call tells. */
export interface CallFacts {
  readonly check: string;
  readonly tool: string;
  readonly runId: string;
  readonly tripId: string | undefined;
  /** What happened, and what to do instead. */
  readonly message: string;
  readonly details: ErrorDetails;
  /** Before a retry was stopped: what the function threw. */
  readonly cause?: unknown;
}

/** A call that was stopped by fuze, or whose end fuze did not wait for. */
export class CallError extends FuzeError {
  override readonly name: string = 'CallError';
  readonly tool: string;
  readonly runId: string;
  /** `fg_` and 12 hex digits, where a limit tripped. */
  readonly tripId: string | undefined;

  constructor(facts: CallFacts) {
    const { check, message, details, cause } = facts;
    super(check, message, details, cause === undefined ? undefined : { cause });
    this.tool = facts.tool;
    this.runId = facts.runId;
    this.tripId = facts.tripId;
  }
}

/** The estimate would pass `maxCostPerStep` or `maxCostPerRun`. All three amounts in US dollars. */
export class BudgetExceeded extends CallError {
  override readonly name: string = 'BudgetExceeded';
  /** Spent by this run so far, and reserved for its calls in flight. */
  readonly accumulated: number;
  readonly ceiling: number;
  readonly estimated: number;

  constructor(
    facts: CallFacts,
    money: Pick<BudgetExceeded, 'accumulated' | 'ceiling' | 'estimated'>,
  ) {
    super(facts);
    this.accumulated = money.accumulated;
    this.ceiling = money.ceiling;
    this.estimated = money.estimated;
  }
}

/** The call repeats what has brought nothing new. */
export class LoopDetected extends CallError {
  override readonly name: string = 'LoopDetected';

  /** `killed`: the run has ended with this call, and refuses every later one. */
  constructor(
    facts: CallFacts,
    readonly killed: boolean,
  ) {
    super(facts);
  }
}

/** `maxIterations`, `maxCallsPerRun` or the tokens of the run are used up; `check` tells which. */
export class CallLimitExceeded extends CallError {
  override readonly name: string = 'CallLimitExceeded';
}

/** `maxCallsPerMinute` is used up; the next call is possible after `retryAfterMs` milliseconds. */
export class RateLimited extends CallError {
  override readonly name: string = 'RateLimited';

  constructor(
    facts: CallFacts,
    readonly retryAfterMs: number,
  ) {
    super(facts);
  }
}

/** The function failed too often in a row; it may be tried again after `retryAfterMs` milliseconds. */
export class ToolUnavailable extends CallError {
  override readonly name: string = 'ToolUnavailable';

  constructor(
    facts: CallFacts,
    readonly retryAfterMs: number,
  ) {
    super(facts);
  }
}

/** The run was killed before, and refuses every call. */
export class RunKilled extends CallError {
  override readonly name: string = 'RunKilled';
}

/** `run.end()` or `run.rollback()` came first. */
export class RunEnded extends CallError {
  override readonly name: string = 'RunEnded';
}

/** The function took longer than `timeout` milliseconds. Nobody knows whether it took effect. */
export class GuardTimeout extends CallError {
  override readonly name: string = 'GuardTimeout';

  constructor(
    facts: CallFacts,
    readonly timeoutMs: number,
  ) {
    super(facts);
  }
}

/** An identical side effect may have happened, or is still in flight after `timeout`: it is not repeated. */
export class SideEffectUnknown extends CallError {
  override readonly name: string = 'SideEffectUnknown';
}

/** The identical side effect was carried out, but its result cannot be returned again: it was no JSON value, or too large. */
export class ResultNotRecorded extends CallError {
  override readonly name: string = 'ResultNotRecorded';
}

/** The side effect did not run, because it could not have been recorded: the ledger or the trace fails, or its arguments cannot be compared. */
export class SideEffectUnrecordable extends CallError {
  override readonly name: string = 'SideEffectUnrecordable';
}

/** A check failed to judge the call, which was therefore refused. */
export class GuardFault extends CallError {
  override readonly name: string = 'GuardFault';
}
