/**
 * What a live proxy says when it is asked: one question and one answer, each a line of JSON, on a connection of their
 * own. Raised when a member changes its meaning or goes; new members do not raise it.
 */
export const PROTOCOL = 1;

/** What a proxy leaves in the registry, so that others find it. */
export interface ProxyFacts {
  /** Name of the guarded server. */
  readonly name: string;
  /** Of fuze. */
  readonly version: string;
  /** RFC 3339, UTC. */
  readonly started: string;
  /** Absolute path of the `fuze.toml` in force, null for none. */
  readonly config: string | null;
  readonly stateDir: string;
  /** Where it serves HTTP, null on stdio. */
  readonly listens: string | null;
}

/** An open run. Money in US dollars. */
export interface RunReport {
  readonly runId: string;
  /** Milliseconds since its last sign of life. */
  readonly idle: number;
  readonly admitted: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly inFlight: number;
  readonly refused: number;
  readonly replayed: number;
  readonly wouldStop: number;
  /** Calls refused and replayed, by check. */
  readonly stops: Readonly<Record<string, number>>;
  readonly spent: number;
  readonly reserved: number;
  /** The trip that ended it, null while it goes on. */
  readonly trip: {
    readonly tripId: string;
    readonly check: string;
    readonly tool: string;
    readonly reason: string;
  } | null;
}

/** The state of a proxy at one moment. */
export interface ProxyReport {
  readonly shadow: boolean;
  /** Clients that are connected. */
  readonly sessions: number;
  /** The ceiling of each run in US dollars. */
  readonly maxCostPerRun: number;
  /** How many runs are open; `runs` holds the first of them, those that were ended before the others. */
  readonly openRuns: number;
  readonly runs: readonly RunReport[];
}

/** What a proxy offers to whoever asks. */
export interface LiveProxy {
  report(): ProxyReport;
  /** Lets a run go on that a trip had ended; tells the trip, or undefined where there is no such run. */
  lift(runId: string): string | undefined;
}

export type Question = { readonly ask: 'status' } | { readonly ask: 'reset'; readonly run: string };

/** Above these, what comes is no question, and no answer. */
export const MAX_QUESTION_BYTES = 4_096;
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
