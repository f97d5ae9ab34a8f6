import type { ToolSettings } from '../config/settings.js';
import { effectHash } from '../guard/identity.js';
import { strictHash } from './call-arguments.js';
import { SideEffectUnrecordable } from './call-errors.js';

/** Throws a SideEffectUnrecordable for a side effect of which nobody could tell whether it ran before. */
export function assertComparable(
  tool: string,
  args: Readonly<Record<string, unknown>>,
  settings: ToolSettings,
  runId: string,
): void {
  if (!settings.sideEffect || settings.dedupe === 'off') return;
  try {
    effectHash(tool, args, settings, strictHash);
  } catch {
    throw new SideEffectUnrecordable({
      check: 'side_effect',
      tool,
      runId,
      tripId: undefined,
      message: `"${tool}" has a side effect, and its arguments are not JSON values, so nobody could tell whether it ran before. Pass JSON values, or name those that decide in idempotencyArgs.`,
      details: { state: 'unrecordable' },
    });
  }
}
