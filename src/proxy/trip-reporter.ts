import { buildTripLog } from '../evidence/trip-log.js';
import { writeTripLog } from '../evidence/trip-log-writer.js';
import type { Trip } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import { tripFacts } from '../guard/trip-facts.js';
import type { Log } from './log.js';
import type { Recorder } from './recorder.js';

/** Trip logs that one proxy writes to the state folder; an agent that trips for ever must not fill the disk. */
const MAX_TRIP_FILES = 1_000;
export interface TripReporterOptions {
  readonly stateDir: string;
  /** Path that always holds the latest trip, where one is set. */
  readonly latestPath: () => string | undefined;
  readonly serverName: string;
  readonly recorder: Recorder;
  readonly log: Log;
}

/** Writes down every trip: trace, stderr, and a file of its own. */
export class TripReporter {
  private written = 0;

  constructor(private readonly options: TripReporterOptions) {}

  /** `agent` is the name of the client, where it said one. */
  report(trip: Trip, run: Run, agent: string | undefined): void {
    const { stateDir, latestPath, serverName, recorder, log: stderr } = this.options;
    recorder.trip(trip.id, trip.verdict, trip.call);
    if (this.written >= MAX_TRIP_FILES) return;
    this.written += 1;
    if (this.written === MAX_TRIP_FILES) {
      stderr.warn(`this is trip ${MAX_TRIP_FILES} of this proxy: no further trip logs are written`);
    }
    const log = buildTripLog({
      ...tripFacts(trip, run),
      serverName,
      agent,
      now: Date.now(),
    });
    try {
      writeTripLog(log, { stateDir, latestPath: latestPath() });
    } catch (error) {
      stderr.error(error instanceof Error ? error.message : String(error));
    }
  }
}
