import { isoTime } from './iso-time.js';
import type { Report, TripFigures } from './report.js';
import type { CallEntry, TraceEntry } from './trace-entry.js';

/** Trips that are listed; the others are counted. */
const MAX_TRIPS = 200;

type TripEntry = Extract<TraceEntry, { kind: 'trip' }>;
type Listed = Omit<TripFigures, 'at' | 'shadow' | 'calls' | 'lifted'> & {
  readonly at: number;
  shadow: boolean;
  calls: number;
  lifted: number | undefined;
};

/** The trips in the order of time, with the calls that belong to each. */
export class TripList {
  private count = 0;
  private readonly listed = new Map<string, Listed>();

  trip(entry: TripEntry, shadow: boolean): void {
    this.count += 1;
    const { at, tripId, check, reason, tool, runId } = entry;
    if (this.listed.size >= MAX_TRIPS || this.listed.has(tripId)) return;
    const none = { calls: 0, lifted: undefined };
    this.listed.set(tripId, { at, tripId, check, tool, runId, reason, shadow, ...none });
  }

  reset({ tripId, at }: Extract<TraceEntry, { kind: 'reset' }>): void {
    const trip = this.listed.get(tripId);
    if (trip !== undefined) trip.lifted = at;
  }

  call({ tripId, shadow }: CallEntry): void {
    const trip = tripId === undefined ? undefined : this.listed.get(tripId);
    if (trip === undefined) return;
    trip.calls += 1;
    // Shadow mode can be switched while a session runs, and the call knows better than its session.
    trip.shadow = shadow;
  }

  figures(): Report['trips'] {
    // Several traces may tell of one time.
    const sorted = [...this.listed.values()].sort((a, b) => a.at - b.at);
    const list = sorted.map(({ at, lifted, ...trip }) => ({
      ...trip,
      at: isoTime(at),
      lifted: lifted === undefined ? undefined : isoTime(lifted),
    }));
    return { count: this.count, list };
  }
}
