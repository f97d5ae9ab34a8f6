import type { FoundProxy } from '../presence/live-proxies.js';
import type { RunReport } from '../presence/protocol.js';

/** An open run with the proxy that guards it. */
export interface LiveRun {
  readonly proxy: FoundProxy;
  readonly maxCostPerRun: number;
  readonly run: RunReport;
}

/** A run that a trip has ended. */
export interface EndedRun extends LiveRun {
  readonly trip: NonNullable<RunReport['trip']>;
}

/** The open runs of all proxies that answer. */
export function runsOf(proxies: readonly FoundProxy[]): LiveRun[] {
  return proxies.flatMap((proxy) => {
    const { report } = proxy;
    if (report === undefined) return [];
    const { maxCostPerRun, runs } = report;
    return runs.map((run) => ({ proxy, maxCostPerRun, run }));
  });
}

/** Those that were ended, and can be let go on. */
export function endedRuns(proxies: readonly FoundProxy[]): EndedRun[] {
  return runsOf(proxies).flatMap((live) => {
    const { trip } = live.run;
    return trip === null ? [] : [{ ...live, trip }];
  });
}

/** Digits of a run's or trip's id that are enough to mean it. */
const LEAST_DIGITS = 4;

/** The runs that a person may mean by an id of a run or of the trip that ended it, or by the beginning of one. */
export function runsNamed<T extends LiveRun>(written: string, runs: readonly T[]): T[] {
  const digits = written.replace(/^(run|fg)_/, '');
  if (digits.length < LEAST_DIGITS) return [];
  return runs.filter(({ run: { runId, trip } }) =>
    [runId, trip?.tripId ?? ''].some(
      (id) => id.startsWith(written) || id.replace(/^(run|fg)_/, '').startsWith(digits),
    ),
  );
}
