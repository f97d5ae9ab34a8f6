import { microsToUsd } from '../config/money.js';
import type { GuardSettings } from '../config/settings.js';
import type { Stopped, VerdictDetails } from '../guard/decision.js';
import type { RunStatusReport } from '../guard/run-status.js';
import {
  BudgetExceeded,
  type CallError,
  type CallFacts,
  CallLimitExceeded,
  GuardFault,
  LoopDetected,
  RateLimited,
  ResultNotRecorded,
  RunKilled,
  SideEffectUnknown,
  SideEffectUnrecordable,
  ToolUnavailable,
} from './call-errors.js';

/** What is known of the run when one of its calls is stopped. */
export interface StopContext {
  readonly settings: GuardSettings;
  readonly status: RunStatusReport;
  /** What the function threw before this retry. */
  readonly cause: unknown;
  /** Side effects are kept in a file, where a person can resolve them. */
  readonly durable: boolean;
}

type Refused = Extract<Stopped, { action: 'refuse' | 'kill' }>;

function budgetExceeded(facts: CallFacts, stop: Refused, context: StopContext): BudgetExceeded {
  const { maxCostPerStep, maxCostPerRun } = context.settings;
  const { spent, reserved } = context.status;
  return new BudgetExceeded(facts, {
    accumulated: microsToUsd(spent + reserved),
    ceiling: microsToUsd(facts.details.scope === 'step' ? maxCostPerStep : maxCostPerRun),
    estimated: microsToUsd(stop.call.settings.estimatedCost),
  });
}

function millisecondsIn(details: VerdictDetails): number {
  return typeof details.retryAfterMs === 'number' ? details.retryAfterMs : 0;
}

function refusalError(facts: CallFacts, stop: Refused, context: StopContext): CallError {
  const { check, kind, details } = stop.verdict;
  if (kind === 'loop') return new LoopDetected(facts, stop.action === 'kill');
  switch (check) {
    case 'killed':
      return new RunKilled(facts);
    case 'calls_per_tool':
    case 'iterations':
      return new CallLimitExceeded(facts);
    case 'rate':
      return new RateLimited(facts, millisecondsIn(details));
    case 'side_effect':
      return details.state === 'unrecordable'
        ? new SideEffectUnrecordable(facts)
        : new SideEffectUnknown(facts);
    case 'budget':
      return budgetExceeded(facts, stop, context);
    case 'tokens':
      return new CallLimitExceeded(facts);
    case 'circuit':
      return new ToolUnavailable(facts, millisecondsIn(details));
    case 'repeat':
    case 'sequence':
    case 'stall':
    case 'similarity':
    case 'velocity':
      return new LoopDetected(facts, stop.action === 'kill');
    case 'fault':
      return new GuardFault(facts);
  }
}

function adviceOf({ verdict }: Refused, { durable }: StopContext): string {
  if (durable || verdict.details.state !== 'unknown') return verdict.advice;
  return 'It is not repeated as long as this process lives. Find out whether it took effect.';
}

/** The error for a call that the guard did not let through. A replay comes here only when it has nothing to return. */
export function stopError(stop: Stopped, context: StopContext): CallError {
  const { check, reason, details } = stop.verdict;
  const { tool, runId } = stop.call;
  const facts = { check, tool, runId, tripId: undefined, details, cause: context.cause };
  switch (stop.action) {
    case 'replay':
      return new ResultNotRecorded({
        ...facts,
        message: `${reason} That result was not recorded, since it is no JSON value or too large, so it cannot be returned again.`,
      });
    case 'wait':
      return new SideEffectUnknown({
        ...facts,
        message: `${reason} It did not end within the timeout of ${stop.call.settings.timeout} ms, and was not started again. Find out whether it took effect before you repeat it.`,
      });
    case 'refuse':
    case 'kill': {
      const message = `${reason} ${adviceOf(stop, context)}`;
      return refusalError({ ...facts, message, tripId: stop.tripId }, stop, context);
    }
  }
}
