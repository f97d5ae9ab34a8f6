import type { Check } from '../check.js';

/** Names beyond so many share one count, so that invented names cannot fill the memory. */
const MAX_TOOLS = 10_000;

/** Stops the call after `max_calls_per_run` admitted calls of one tool. */
export function callsPerTool(): Check {
  const counts = new Map<string, number>();
  const keyOf = (tool: string): string => (counts.has(tool) || counts.size < MAX_TOOLS ? tool : '');
  return {
    judge({ tool, settings }) {
      const limit = settings.maxCallsPerRun;
      if (limit === undefined) return;
      const calls = counts.get(keyOf(tool)) ?? 0;
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
      if (settings.maxCallsPerRun === undefined) return;
      const key = keyOf(tool);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  };
}
