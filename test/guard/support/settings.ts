import { LOOP_DEFAULTS } from '../../../src/config/defaults.js';
import type { GuardSettings, LoopSettings, ToolSettings } from '../../../src/config/settings.js';

export interface SettingsChange extends Partial<Omit<GuardSettings, 'loop' | 'tool'>> {
  readonly loop?: Partial<LoopSettings>;
  /** Holds for every tool. */
  readonly every?: Partial<ToolSettings>;
  /** Holds for the tool of that name, over what holds for every one. */
  readonly tools?: Readonly<Record<string, Partial<ToolSettings>>>;
}

/** A tool for which nothing is set. */
export const PLAIN_TOOL: ToolSettings = {
  estimatedCost: 0,
  sideEffect: false,
  dedupe: 'run',
  idempotencyArgs: undefined,
  maxCallsPerRun: undefined,
  maxCallsPerMinute: 0,
  timeout: 30_000,
  onLoop: 'skip',
  ignoreArgs: [],
  loopChecks: true,
};

const LOOP: LoopSettings = {
  windowSize: LOOP_DEFAULTS.window_size,
  repeatThreshold: LOOP_DEFAULTS.repeat_threshold,
  repeatOn: LOOP_DEFAULTS.repeat_on,
  maxFlatSteps: LOOP_DEFAULTS.max_flat_steps,
  sequenceMaxPeriod: LOOP_DEFAULTS.sequence_max_period,
  sequenceRepeats: LOOP_DEFAULTS.sequence_repeats,
  similarityThreshold: LOOP_DEFAULTS.similarity_threshold,
  costVelocityWindow: LOOP_DEFAULTS.cost_velocity_window * 1_000,
  costVelocityThreshold: LOOP_DEFAULTS.cost_velocity_threshold,
  maxSkips: LOOP_DEFAULTS.max_skips,
  errorThreshold: LOOP_DEFAULTS.error_threshold,
  errorCooldown: LOOP_DEFAULTS.error_cooldown,
};

const GUARD: Omit<GuardSettings, 'loop' | 'tool'> = {
  maxCostPerStep: 1_000_000,
  maxCostPerRun: 10_000_000,
  chargeFailed: true,
  maxTokens: 0,
  maxIterations: 1_000_000,
  maxCallsPerMinute: 0,
  shadow: false,
};

/** Settings in which nothing limits anything but the loop checks, as a proxy has them; with what a test changes. */
export function guardSettings({ loop, every, tools, ...rest }: SettingsChange = {}): GuardSettings {
  const general = { ...PLAIN_TOOL, ...every };
  const byName = new Map(
    Object.entries(tools ?? {}).map(([name, change]) => [name, { ...general, ...change }]),
  );
  return {
    ...GUARD,
    ...rest,
    loop: { ...LOOP, ...loop },
    tool: (name) => byName.get(name) ?? general,
  };
}
