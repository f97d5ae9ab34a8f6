import type { CheckName, Trip, VerdictDetails } from './decision.js';
import type { Run } from './run.js';

/** Calls before the tripping one that its log shows. */
const CALLS_BEFORE = 49;

/** What a run knows of one of its trips, as the log of it tells. */
export interface TripFacts {
  readonly check: CheckName;
  readonly runId: string;
  readonly tool: string;
  /** The calls that led to the trip, oldest first, the tripping one last. */
  readonly calls: readonly {
    readonly step: number;
    readonly tool: string;
    readonly argsHash: string;
    readonly errorClass: string | null;
  }[];
  readonly message: string;
  readonly numbers: VerdictDetails;
  readonly shadow: boolean;
  /** The digits of the id that the client was told. */
  readonly randomHex: () => string;
}

/** Gathers what a trip log tells; must be asked when it trips, for the calls before it are not kept for ever. */
export function tripFacts({ id, verdict, call, shadow }: Trip, run: Run): TripFacts {
  const tripping = { tool: call.tool, key: call.key, errorClass: undefined };
  const calls = [...run.recentCalls(CALLS_BEFORE), tripping];
  return {
    check: verdict.check,
    runId: call.runId,
    tool: call.tool,
    calls: calls.map(({ tool, key, errorClass }, index) => ({
      step: index + 1,
      tool,
      argsHash: key.hash,
      errorClass: errorClass ?? null,
    })),
    message: verdict.reason,
    numbers: verdict.details,
    shadow,
    randomHex: () => id.slice('fg_'.length),
  };
}
