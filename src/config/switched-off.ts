import { LONGEST_TIMER } from './duration.js';
import type { Settings, ToolSettings } from './settings.js';

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * The off switch, where fuze has to stay in the way: settings by which no check stops a call and nothing is written
 * down. What protects the listener stays as it is.
 */
export function switchedOff(settings: Settings): Settings {
  const { guard, proxy } = settings;
  const tool = (name: string): ToolSettings => ({
    ...guard.tool(name),
    estimatedCost: 0,
    sideEffect: false,
    maxCallsPerRun: undefined,
    maxCallsPerMinute: 0,
    timeout: LONGEST_TIMER,
    loopChecks: false,
  });
  return {
    ...settings,
    guard: {
      ...guard,
      maxCostPerStep: NO_LIMIT,
      maxCostPerRun: NO_LIMIT,
      maxTokens: 0,
      maxIterations: NO_LIMIT,
      maxCallsPerMinute: 0,
      // Whatever a check may still find, it is let through.
      shadow: true,
      loop: { ...guard.loop, costVelocityThreshold: 0, errorThreshold: 0 },
      tool,
    },
    proxy: { ...proxy, trace: undefined, tripLog: undefined },
  };
}
