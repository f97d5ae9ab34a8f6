import { microsToUsd } from '../config/money.js';
import type { Run } from '../guard/run.js';
import type { ProxyReport, RunReport } from '../presence/protocol.js';
import type { GuardedSessions } from './guarded-sessions.js';

/** Runs that are told one by one; above, those that were ended and those that were active last. */
const MAX_TOLD = 200;

function runReport(run: Run, idle: number): RunReport {
  const { runId, admitted, succeeded, failed, unknown, inFlight, ...status } = run.status();
  const { refused, replayed, wouldStop, stops, spent, reserved } = status;
  const { latch } = run;
  return {
    runId,
    idle: Math.round(idle),
    admitted,
    succeeded,
    failed,
    unknown,
    inFlight,
    refused,
    replayed,
    wouldStop,
    stops,
    spent: microsToUsd(spent),
    reserved: microsToUsd(reserved),
    trip:
      latch === undefined
        ? null
        : {
            tripId: latch.id,
            check: latch.verdict.check,
            tool: latch.call.tool,
            reason: latch.verdict.reason,
          },
  };
}

/** The state of a proxy, for whoever asks; its work grows with the runs that are open. */
export function liveReport({ runs, settings }: GuardedSessions, sessions: number): ProxyReport {
  const all = [...runs.live()].sort(
    (a, b) =>
      Number(b.run.latch !== undefined) - Number(a.run.latch !== undefined) || a.idle - b.idle,
  );
  const { guard } = settings();
  return {
    shadow: guard.shadow,
    sessions,
    maxCostPerRun: microsToUsd(guard.maxCostPerRun),
    openRuns: all.length,
    runs: all.slice(0, MAX_TOLD).map(({ run, idle }) => runReport(run, idle)),
  };
}
