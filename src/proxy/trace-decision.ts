import type { TraceDecision } from '../evidence/trace-payload.js';
import type { CheckName, Stopped } from '../guard/decision.js';
import type { OpenCall } from './open-call.js';

interface Told {
  readonly verdict: { readonly check: CheckName; readonly reason: string };
  readonly tripId?: string | undefined;
}

function verdictOf({ verdict, tripId }: Told): Pick<TraceDecision, 'check' | 'reason' | 'tripId'> {
  return { check: verdict.check, reason: verdict.reason, tripId };
}

/** What the trace tells of a call that was stopped. */
export function decisionOfStop(stop: Stopped): TraceDecision {
  return { action: stop.action === 'wait' ? 'refuse' : stop.action, ...verdictOf(stop) };
}

/** Most calls have one of these. */
const PASSED = { allow: { action: 'allow' }, warn: { action: 'warn' } } as const;

/** What it tells of a call that was let through: in shadow mode what would have stopped it, else the first warning. */
export function decisionOfPass({ action, shadow, warnings }: OpenCall['decision']): TraceDecision {
  if (shadow !== undefined) return { action, ...verdictOf(shadow), shadow: true };
  const [warning] = warnings;
  return warning === undefined ? PASSED[action] : { action, ...verdictOf({ verdict: warning }) };
}
