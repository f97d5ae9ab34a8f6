import type { Finding } from '../evidence/finding.js';
import type { TraceReport } from '../evidence/verify.js';
import type { DurationFigures } from './durations.js';

/** Raised when a member of `Report` changes its meaning or goes; new members do not raise it. */
export const REPORT_VERSION = 1;

/** Counts of calls, and money in US dollars. */
export interface Figures {
  /** `forwarded + refused + replayed + withdrawn`. */
  readonly calls: number;
  /** `succeeded + failed + timedOut + interrupted`. */
  readonly forwarded: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  /** Cancelled, or the server or fuze ended before the answer. */
  readonly interrupted: number;
  readonly refused: number;
  readonly replayed: number;
  /** Given up before fuze decided. */
  readonly withdrawn: number;
  /** Forwarded with a warning. */
  readonly warned: number;
  /** Forwarded in shadow mode, and stopped without it. */
  readonly wouldStop: number;
  readonly trips: number;
  readonly spent: number;
  /** Estimates of the calls refused and replayed. */
  readonly saved: number;
  /** What the calls of `wouldStop` cost. */
  readonly wouldSave: number;
  /** Calls refused and replayed of which the trace knows no estimate. */
  readonly unpriced: number;
  /** Calls of tools declared a side effect; `prevented` were not run a second time. */
  readonly sideEffects: {
    readonly executed: number;
    readonly failed: number;
    readonly unknown: number;
    readonly prevented: number;
  };
}

/** What verification says of one trace. */
export interface TraceState extends Omit<TraceReport, 'findings' | 'verdict'> {
  readonly file: string;
  /** `unreadable`: the file could not be read, or not to its end. */
  readonly verdict: TraceReport['verdict'] | 'unreadable';
  /** The first of them. */
  readonly findings: readonly Finding[];
  readonly findingsCount: number;
  /** Why the file could not be read. */
  readonly problem: string | undefined;
}

export interface RunFigures extends Figures {
  readonly runId: string;
  readonly server: string;
  /** RFC 3339, UTC. */
  readonly from: string;
  readonly to: string;
  /** The ceiling when the run's session began, where the trace tells. */
  readonly maxCostPerRun: number | undefined;
}

export interface ToolFigures extends Figures {
  readonly tool: string;
  readonly server: string;
  /** Of forwarded calls. */
  readonly duration_ms: DurationFigures | undefined;
}

/** What one check stopped, or would have stopped. */
export interface CheckFigures {
  readonly check: string;
  readonly refused: number;
  readonly replayed: number;
  readonly wouldStop: number;
  readonly tools: readonly { readonly tool: string; readonly calls: number }[];
}

export interface TripFigures {
  readonly at: string;
  readonly tripId: string;
  readonly check: string;
  readonly tool: string;
  readonly runId: string;
  readonly reason: string;
  /** True when shadow mode let the calls through all the same. */
  readonly shadow: boolean;
  /** Calls that belong to the trip. */
  readonly calls: number;
  /** When a person let the run go on that this trip had ended, RFC 3339; undefined where nobody did. */
  readonly lifted: string | undefined;
}

/** What `fuze report --json` prints. Texts are as the trace has them: escape them before you show them. */
export interface Report {
  readonly version: typeof REPORT_VERSION;
  readonly traces: readonly TraceState[];
  readonly servers: readonly string[];
  /** Time of the first and the last call or trip. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly total: Figures;
  /** In the order in which they began; what is beyond the first 1,000 is in `otherRuns`. */
  readonly runs: readonly RunFigures[];
  readonly otherRuns: Figures | undefined;
  /** The most called first; what is beyond the first 200 is in `otherTools`. */
  readonly tools: readonly ToolFigures[];
  readonly otherTools: Figures | undefined;
  /** What stopped most first. */
  readonly checks: readonly CheckFigures[];
  readonly trips: { readonly count: number; readonly list: readonly TripFigures[] };
  readonly shadow:
    | {
        /** Calls forwarded in shadow mode. */
        readonly calls: number;
        readonly wouldStop: number;
        readonly wouldSave: number;
        readonly first: readonly {
          readonly at: string;
          readonly tool: string;
          readonly check: string;
          readonly reason: string;
        }[];
      }
    | undefined;
  /** Lines that are counted nowhere. */
  readonly unreadable: {
    readonly count: number;
    readonly first: readonly {
      readonly file: string;
      readonly line: number;
      readonly reason: string;
    }[];
  };
}
