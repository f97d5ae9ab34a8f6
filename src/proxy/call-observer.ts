import type { CallOutcome, TraceDecision } from '../evidence/trace-payload.js';

/** A call that has ended, or was stopped. `cost` in micro-dollars. */
export interface ObservedCall {
  readonly outcome: CallOutcome;
  readonly decision: TraceDecision;
  readonly cost: number;
  readonly durationMs: number;
}

/** Hears of every call, whether it is written down or not. */
export interface CallObserver {
  observe(call: ObservedCall): void;
}
