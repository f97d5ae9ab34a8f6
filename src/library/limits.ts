import { optional, type Values } from '../config/kind.js';
import { overlay } from '../config/overlay.js';
import type { GeneralToolSettings } from '../config/resolve-tools.js';
import { defaultsShape, loopShape, proxyShape, toolShape } from '../config/schema.js';
import type { GuardSettings, Settings } from '../config/settings.js';
import { table } from '../config/value-kinds.js';
import { readOptions } from './read-options.js';

/** What holds for a run and, where they say nothing themselves, for its functions. */
export interface Limits {
  readonly guard: GuardSettings;
  readonly general: GeneralToolSettings;
  readonly maxRetries: number;
}

/** The options of a run that `guard` without a run takes too; the others mean the function there. */
export const ownRunShape = {
  max_cost_per_step: defaultsShape.max_cost_per_step,
  max_cost_per_run: defaultsShape.max_cost_per_run,
  charge_failed: defaultsShape.charge_failed,
  max_iterations: defaultsShape.max_iterations,
  shadow: proxyShape.shadow,
  loop: optional(table),
};

/** The options that are limits, in the spelling of `fuze.toml`. */
export const limitsShape = {
  ...ownRunShape,
  max_calls_per_minute: proxyShape.max_calls_per_minute,
  timeout: defaultsShape.timeout,
  max_retries: defaultsShape.max_retries,
  on_loop: defaultsShape.on_loop,
  ignore_args: toolShape.ignore_args,
};

const loopOptionsShape = {
  window_size: loopShape.window_size,
  repeat_threshold: loopShape.repeat_threshold,
  repeat_on: loopShape.repeat_on,
  max_skips: loopShape.max_skips,
};

type GivenLimits = Partial<Values<typeof limitsShape>>;

/** The limits of `fuze.toml`, or the built-in ones. */
export function limitsOf({ guard, library }: Settings): Limits {
  // The library has no sections for tools, so any name brings what holds for all.
  const { timeout, onLoop, ignoreArgs } = guard.tool('');
  return { guard, general: { timeout, onLoop, ignoreArgs }, maxRetries: library.maxRetries };
}

/** Lays limits given in code over others; throws a ConfigurationError for a wrong one in `loop`. */
export function withLimits(base: Limits, where: string, given: GivenLimits): Limits {
  const loop = readOptions(`${where}: loop`, given.loop ?? {}, loopOptionsShape);
  return {
    guard: overlay(base.guard, {
      maxCostPerStep: given.max_cost_per_step,
      maxCostPerRun: given.max_cost_per_run,
      chargeFailed: given.charge_failed,
      maxIterations: given.max_iterations,
      maxCallsPerMinute: given.max_calls_per_minute,
      shadow: given.shadow,
      loop: overlay(base.guard.loop, {
        windowSize: loop.window_size,
        repeatThreshold: loop.repeat_threshold,
        repeatOn: loop.repeat_on,
        maxSkips: loop.max_skips,
      }),
    }),
    general: overlay(base.general, {
      timeout: given.timeout,
      onLoop: given.on_loop,
      ignoreArgs: given.ignore_args,
    }),
    maxRetries: given.max_retries ?? base.maxRetries,
  };
}
