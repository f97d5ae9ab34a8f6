/** Money inside fuze: whole micro-dollars, so that sums do not drift. */
export type Micros = number;

export type OnLoop = 'kill' | 'skip' | 'warn';

/** How long identical side effects count as one: the run, a duration in milliseconds, or never. */
export type Dedupe = 'run' | 'off' | number;

/** `[loop_detection]`, durations in milliseconds. */
export interface LoopSettings {
  readonly windowSize: number;
  readonly repeatThreshold: number;
  readonly repeatOn: 'args+result' | 'args';
  readonly maxFlatSteps: number;
  readonly sequenceMaxPeriod: number;
  readonly sequenceRepeats: number;
  readonly similarityThreshold: number;
  readonly costVelocityWindow: number;
  /** Micro-dollars per minute; 0 turns the check off. */
  readonly costVelocityThreshold: Micros;
  readonly maxSkips: number;
  readonly errorThreshold: number;
  readonly errorCooldown: number;
}

/** Everything that holds for one tool, general settings already filled in. */
export interface ToolSettings {
  readonly estimatedCost: Micros;
  readonly sideEffect: boolean;
  readonly dedupe: Dedupe;
  /** The members that decide what is identical; undefined means all. */
  readonly idempotencyArgs: readonly string[] | undefined;
  readonly maxCallsPerRun: number | undefined;
  /** 0 means no limit. */
  readonly maxCallsPerMinute: number;
  /** Milliseconds for one call. */
  readonly timeout: number;
  readonly onLoop: OnLoop;
  readonly ignoreArgs: readonly string[];
  readonly loopChecks: boolean;
}

/** What the engine reads. A changed `fuze.toml` replaces the whole object. */
export interface GuardSettings {
  readonly maxCostPerStep: Micros;
  readonly maxCostPerRun: Micros;
  readonly chargeFailed: boolean;
  /** 0 means no limit. */
  readonly maxTokens: number;
  readonly maxIterations: number;
  /** 0 means no limit. */
  readonly maxCallsPerMinute: number;
  readonly shadow: boolean;
  readonly loop: LoopSettings;
  /** Settings of a tool by its name: its own section, else `"*"`, else the general ones. */
  readonly tool: (name: string) => ToolSettings;
}

/** What the proxy reads beside the engine's settings. Durations in milliseconds. */
export interface ProxySettings {
  readonly onKill: 'refuse' | 'disconnect';
  readonly runIdle: number;
  readonly refuseWith: 'result' | 'error';
  /** Absolute path of the trace, or undefined for none. */
  readonly trace: string | undefined;
  readonly capture: 'full' | 'hash';
  readonly redact: readonly string[];
  readonly maxMessageBytes: number;
  /** Absolute path that always holds the latest trip, or undefined. */
  readonly tripLog: string | undefined;
  readonly token: string;
  /** Lower case; empty for none. */
  readonly runHeader: string;
  readonly maxSessions: number;
  readonly sessionIdle: number;
}

/** What only the library reads. */
export interface LibrarySettings {
  readonly maxRetries: number;
  /** Absolute path. */
  readonly traceOutput: string;
}

/** Price of a model in micro-dollars per 1,000 tokens. */
export interface ModelPrice {
  readonly input: Micros;
  readonly output: Micros;
}

/** All settings in force, read from built-in defaults, `fuze.toml`, environment and command line. */
export interface Settings {
  readonly guard: GuardSettings;
  readonly proxy: ProxySettings;
  readonly library: LibrarySettings;
  readonly providers: Readonly<Record<string, ModelPrice>>;
  /** Absolute path of the `fuze.toml` in force, or undefined when there is none. */
  readonly file: string | undefined;
}
