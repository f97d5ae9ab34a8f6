import { buildTripLog } from '../evidence/trip-log.js';
import { writeTripLog } from '../evidence/trip-log-writer.js';
import type { Trip } from '../guard/decision.js';
import type { Run } from '../guard/run.js';

/** Calls before the tripping one that its log shows. */
const CALLS_BEFORE = 49;

export interface TripFiles {
  readonly stateDir: string;
  /** The path that always holds the latest trip. */
  readonly latestPath: string;
  /** Name of the run. */
  readonly name: string;
  readonly wallClock: () => number;
}

/** Writes the log of a trip. Throws an Error for people when it cannot be written. */
export function writeTrip({ id, verdict, call, shadow }: Trip, run: Run, files: TripFiles): void {
  const { stateDir, latestPath, name, wallClock } = files;
  const before = run.recentCalls(CALLS_BEFORE);
  const calls = [...before, { tool: call.tool, argsHash: call.argsHash, errorClass: undefined }];
  const trip = buildTripLog({
    check: verdict.check,
    runId: call.runId,
    serverName: name,
    tool: call.tool,
    calls: calls.map(({ tool, argsHash, errorClass }, index) => ({
      step: index + 1,
      tool,
      argsHash,
      errorClass: errorClass ?? null,
    })),
    message: verdict.reason,
    numbers: verdict.details,
    agent: name,
    shadow,
    now: wallClock(),
    randomHex: () => id.slice('fg_'.length),
  });
  writeTripLog(trip, { stateDir, latestPath });
}
