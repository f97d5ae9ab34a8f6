import { formatDuration } from '../config/duration.js';
import type { JudgedCall } from '../guard/tool-call.js';
import { GuardTimeout } from './call-errors.js';

/** The error for a call that fuze no longer waits for. */
export function timeoutError({ tool, runId, settings }: JudgedCall): GuardTimeout {
  const { timeout, sideEffect } = settings;
  const after = sideEffect
    ? 'It may have taken effect; it was not tried again. Find out whether it took effect before you repeat it.'
    : 'It was told to stop by its AbortSignal, and was not tried again, since it may still be running.';
  const message = `"${tool}" took longer than its timeout of ${formatDuration(timeout)}. ${after}`;
  const details = { timeoutMs: timeout };
  return new GuardTimeout(
    { check: 'timeout', tool, runId, tripId: undefined, message, details },
    timeout,
  );
}
