import { createEngineIn, type Engine } from './engine.js';
import type { EngineOptions, RunOptions, StandaloneOptions } from './options.js';
import type { Guarded, Run } from './run.js';
import { realWorld } from './world.js';

let shared: Engine | undefined;

/** Made at its first use, with the working directory and the `fuze.toml` of that moment. */
function sharedEngine(): Engine {
  shared ??= createEngineIn(realWorld());
  return shared;
}

/** An engine with options of its own. Throws a ConfigurationError for a wrong option or `fuze.toml`. */
export function createEngine(options: EngineOptions = {}): Engine {
  return createEngineIn(realWorld(), options);
}

/** Opens a run of the shared engine; see `Engine.createRun`. */
export function createRun(name: string, options: RunOptions = {}): Run {
  return sharedEngine().createRun(name, options);
}

/** Puts a function under guard in a run of its own, of the shared engine; see `Engine.guard`. */
export function guard<This, Args extends unknown[], Result>(
  work: (this: This, ...args: Args) => Result | PromiseLike<Result>,
  options: StandaloneOptions<Args, Result> = {},
): Guarded<This, Args, Result> {
  return sharedEngine().guard(work, options);
}
