import { guardedTool, guardShape } from './guarded-tool.js';
import { type Limits, ownRunShape, withLimits } from './limits.js';
import type { StandaloneOptions } from './options.js';
import { readOptions } from './read-options.js';
import { type Guarded, guardedFunction } from './run.js';
import type { RunCore } from './run-core.js';

/**
 * Guards one function in a run of its own, so that the loop of one function does not end the others.
 * `idle` in milliseconds: a run without a call for so long is over.
 */
export function standaloneGuard<This, Args extends unknown[], Result>(
  work: (this: This, ...args: Args) => Result | PromiseLike<Result>,
  options: StandaloneOptions<Args, Result>,
  limits: Limits,
  idle: number,
  openRun: (limits: Limits) => RunCore,
): Guarded<This, Args, Result> {
  const given = readOptions('guard', options, { ...guardShape, ...ownRunShape });
  const {
    maxCostPerStep,
    maxCostPerRun,
    chargeFailed,
    maxIterations,
    loop,
    shadow,
    ...ofFunction
  } = options;
  const own = withLimits(limits, 'guard', {
    max_cost_per_step: given.max_cost_per_step,
    max_cost_per_run: given.max_cost_per_run,
    charge_failed: given.charge_failed,
    max_iterations: given.max_iterations,
    loop: given.loop,
    shadow: given.shadow,
  });
  const tool = guardedTool(work, ofFunction, own);
  let run: RunCore | undefined;
  return guardedFunction(tool, () => {
    if (run !== undefined && run.idleFor >= idle) run.end();
    if (run === undefined || run.ended) run = openRun(own);
    return run;
  });
}
