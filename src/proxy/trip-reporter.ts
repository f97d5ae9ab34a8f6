import { buildTripLog } from '../evidence/trip-log.js';
import { writeTripLog } from '../evidence/trip-log-writer.js';
import type { Trip } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import type { Log } from './log.js';
import type { Recorder } from './recorder.js';

/** Trip logs that one proxy writes to the state folder; an agent that trips for ever must not fill the disk. */
const MAX_TRIP_FILES = 1_000;
/** Calls before the tripping one that its log shows. */
const CALLS_BEFORE = 49;

export interface TripReporterOptions {
  readonly stateDir: string;
  /** Path that always holds the latest trip, where one is set. */
  readonly latestPath: () => string | undefined;
  readonly serverName: string;
  /** Name of the client, where it said one. */
  readonly agent: () => string | undefined;
  readonly recorder: Recorder;
  readonly log: Log;
}

/** Writes down every trip: trace, stderr, and a file of its own. */
export class TripReporter {
  private written = 0;

  constructor(private readonly options: TripReporterOptions) {}

  report({ id, verdict, call, shadow }: Trip, run: Run): void {
    const { stateDir, latestPath, serverName, agent, recorder, log } = this.options;
    recorder.trip(id, verdict, call);
    if (this.written >= MAX_TRIP_FILES) return;
    this.written += 1;
    if (this.written === MAX_TRIP_FILES) {
      log.warn(`this is trip ${MAX_TRIP_FILES} of this proxy: no further trip logs are written`);
    }
    const before = run.recentCalls(CALLS_BEFORE);
    const calls = [...before, { tool: call.tool, argsHash: call.argsHash, errorClass: undefined }];
    const trip = buildTripLog({
      check: verdict.check,
      runId: call.runId,
      serverName,
      tool: call.tool,
      calls: calls.map(({ tool, argsHash, errorClass }, index) => ({
        step: index + 1,
        tool,
        argsHash,
        errorClass: errorClass ?? null,
      })),
      message: verdict.reason,
      numbers: verdict.details,
      agent: agent(),
      shadow,
      now: Date.now(),
      randomHex: () => id.slice('fg_'.length),
    });
    try {
      writeTripLog(trip, { stateDir, latestPath: latestPath() });
    } catch (error) {
      log.error(error instanceof Error ? error.message : String(error));
    }
  }
}
