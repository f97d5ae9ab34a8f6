import type { OpenCall } from './open-call.js';
import { refusalReply } from './refusal.js';
import type { ToolHints } from './tool-catalog.js';

/** The answer that fuze gives for a server that did not, worded with care where repeating could do harm. */
export function timeoutReply(
  { message, decision, run }: OpenCall,
  hints: ToolHints,
  refuseWith: 'result' | 'error',
): string {
  const { timeout, sideEffect } = decision.call.settings;
  const advice =
    sideEffect || hints.destructive
      ? 'It may have taken effect all the same. Do not repeat it before you have checked, with a reading tool or by asking the user, whether it did.'
      : 'You may try once more, ask for less, or go on without it.';
  return refusalReply(
    message,
    {
      action: 'refuse',
      check: 'timeout',
      reason: `"${message.tool}" did not answer within ${timeout / 1_000} s; fuze stopped waiting and told the server to cancel.`,
      tool: message.tool,
      runId: run.runId,
      details: { timeoutMs: timeout, ...run.budgetLeft() },
    },
    advice,
    message.asTask ? 'error' : refuseWith,
  );
}
