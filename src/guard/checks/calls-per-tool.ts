import type { Check } from '../check.js';
import { PerTool } from '../per-tool.js';

/** Stops the call after `max_calls_per_run` admitted calls of one tool. */
export function callsPerTool(): Check {
  const counts = new PerTool(() => ({ calls: 0 }));
  return {
    judge({ tool, settings }) {
      const limit = settings.maxCallsPerRun;
      if (limit === undefined) return;
      const { calls } = counts.of(tool);
      if (calls < limit) return;
      return {
        check: 'calls_per_tool',
        kind: 'stop',
        reason: `Tool "${tool}" has been called ${calls} times in this run, and max_calls_per_run allows ${limit}.`,
        advice: 'Go on without this tool, or tell the user that its limit was reached.',
        details: { calls, limit },
      };
    },
    admitted({ tool, settings }) {
      if (settings.maxCallsPerRun !== undefined) counts.of(tool).calls += 1;
    },
  };
}
