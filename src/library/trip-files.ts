import { buildTripLog } from '../evidence/trip-log.js';
import { writeTripLog } from '../evidence/trip-log-writer.js';
import type { Trip } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import { tripFacts } from '../guard/trip-facts.js';

export interface TripFiles {
  readonly stateDir: string;
  /** The path that always holds the latest trip. */
  readonly latestPath: string;
  /** Name of the run. */
  readonly name: string;
  readonly wallClock: () => number;
}

/** Writes the log of a trip. Throws an Error for people when it cannot be written. */
export function writeTrip(trip: Trip, run: Run, files: TripFiles): void {
  const { stateDir, latestPath, name, wallClock } = files;
  const log = buildTripLog({
    ...tripFacts(trip, run),
    serverName: name,
    agent: name,
    now: wallClock(),
  });
  writeTripLog(log, { stateDir, latestPath });
}
