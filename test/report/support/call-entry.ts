import type { CallEntry } from '../../../src/report/trace-entry.js';

/** A call as the report has read it. */
export function callEntry(more: Partial<CallEntry> = {}): CallEntry {
  return {
    kind: 'call',
    at: Date.UTC(2026, 0, 1),
    runId: 'run-1',
    tool: 'search',
    fate: 'succeeded',
    cost: 10_000,
    estimate: 10_000,
    duration: 5,
    warned: false,
    sideEffect: false,
    check: undefined,
    reason: undefined,
    shadow: false,
    tripId: undefined,
    ...more,
  };
}
