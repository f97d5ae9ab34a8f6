import type { OnLoop } from '../config/settings.js';

/** A duration: "250ms", "30s", "2m", "1h", or a number of milliseconds. */
export type Duration = string | number;

/** What counts as a loop; see `[loop_detection]` in docs/configuration.md. */
export interface LoopOptions {
  readonly windowSize?: number | undefined;
  readonly repeatThreshold?: number | undefined;
  readonly repeatOn?: 'args+result' | 'args' | undefined;
  readonly maxSkips?: number | undefined;
}

/** The limits of a run. What is left out comes from `[defaults]` of `fuze.toml`, else from the built-in defaults. */
export interface RunLimits {
  /** US dollars for one call. */
  readonly maxCostPerStep?: number | undefined;
  /** US dollars for the run. */
  readonly maxCostPerRun?: number | undefined;
  /** A failed call costs its estimate. */
  readonly chargeFailed?: boolean | undefined;
  /** Calls in the run, retries included. */
  readonly maxIterations?: number | undefined;
  /** Calls in any 60 seconds; 0 is no limit. */
  readonly maxCallsPerMinute?: number | undefined;
  /** For one attempt of one call. */
  readonly timeout?: Duration | undefined;
  /** How often a failed call is tried again. */
  readonly maxRetries?: number | undefined;
  readonly onLoop?: OnLoop | undefined;
  /** Members of the arguments that the loop checks leave out. */
  readonly ignoreArgs?: readonly string[] | undefined;
  readonly loop?: LoopOptions | undefined;
  /** Decide and record, but let everything through. */
  readonly shadow?: boolean | undefined;
}

/** Where things are written; nothing is, unless asked for. */
export interface RecordOptions {
  /** Write a trace: true for `trace_output` of `fuze.toml`, or a path. */
  readonly trace?: boolean | string | undefined;
  /** Keep side effects in SQLite: true for `ledger.db` in the state folder, or a path. Else in memory. */
  readonly ledger?: boolean | string | undefined;
}

export interface RunOptions extends RunLimits, RecordOptions {}

/** What holds for one guarded function; `Result` is what it returns. */
export interface GuardOptions<Args extends unknown[] = unknown[], Result = unknown> {
  /** Name of the tool; else the name of the function. */
  readonly name?: string | undefined;
  /** At most once per identical arguments within `dedupe`, and never retried. */
  readonly sideEffect?: boolean | undefined;
  /** How long identical side effects count as one. */
  readonly dedupe?: 'run' | 'off' | Duration | undefined;
  /** Only these members of the arguments decide whether two side effects are identical. */
  readonly idempotencyArgs?: readonly string[] | undefined;
  /** It changes nothing, so a repetition after it is still a repetition. */
  readonly readOnly?: boolean | undefined;
  /** US dollars reserved before a call, and charged unless `cost` knows better. */
  readonly estimatedCost?: number | undefined;
  /** What a call that succeeded did cost, in US dollars: a number, or worked out from its result. */
  readonly cost?: number | ((result: Result) => number) | undefined;
  readonly maxRetries?: number | undefined;
  readonly timeout?: Duration | undefined;
  readonly maxCallsPerRun?: number | undefined;
  /** Calls of this tool in any 60 seconds; 0 is no limit. */
  readonly maxCallsPerMinute?: number | undefined;
  readonly onLoop?: OnLoop | undefined;
  readonly ignoreArgs?: readonly string[] | undefined;
  /** False: never a loop (a poller, a clock). */
  readonly loopChecks?: boolean | undefined;
  /** Undoes a call that succeeded; run by `run.rollback()`. */
  readonly compensate?: ((result: Result, ...args: Args) => unknown) | undefined;
  /** True for an error after which nobody knows whether the call took effect, such as a lost connection. */
  readonly unknownIf?: ((error: unknown) => boolean) | undefined;
}

/** `guard` without a run: the function gets a run of its own, with these limits. */
export interface StandaloneOptions<Args extends unknown[] = unknown[], Result = unknown>
  extends GuardOptions<Args, Result>,
    Pick<
      RunLimits,
      'maxCostPerStep' | 'maxCostPerRun' | 'chargeFailed' | 'maxIterations' | 'loop' | 'shadow'
    > {}

/** What an engine's runs share. */
export interface EngineOptions extends RunOptions {
  /** Name of the runs of `engine.guard`, and so the owner of their side effects. */
  readonly name?: string | undefined;
  /** Path of a `fuze.toml`; false reads none. Else it is looked for as docs/configuration.md says. */
  readonly config?: string | false | undefined;
  /** Folder for the ledger and for trip logs. */
  readonly stateDir?: string | undefined;
  /** A run of `engine.guard` ends after so much silence. */
  readonly runIdle?: Duration | undefined;
  /** Gets what people should know: warnings of checks, a trace that cannot be written. Else it is a process warning. */
  readonly onNotice?: ((text: string) => void) | undefined;
}
