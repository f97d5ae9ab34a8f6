import type { Check, RunContext } from '../check.js';

/** Stops the call after `max_iterations` admitted calls of a run. */
export function iterations(run: RunContext): Check {
  let admitted = 0;
  return {
    judge() {
      const limit = run.settings().maxIterations;
      if (admitted < limit) return;
      return {
        check: 'iterations',
        kind: 'stop',
        reason: `This run has made ${admitted} tool calls, and max_iterations allows ${limit}.`,
        advice:
          'Stop calling tools now. Answer with what you have, and tell the user that the limit of calls was reached.',
        details: { calls: admitted, limit },
      };
    },
    admitted() {
      admitted += 1;
    },
  };
}
