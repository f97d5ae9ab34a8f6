import type { Micros } from '../config/settings.js';
import type { Decision, Verdict } from '../guard/decision.js';
import type { CallJudgement } from './call-judge.js';
import type { RunName } from './recorded-call.js';

/** What `fuze simulate` prints of one call. A held call cannot be: the one before it has always ended. */
export type SimulatedAction = 'allow' | 'warn' | 'replay' | 'refuse' | 'kill';

/** The decision on one call. `check` and `reason` are null when it was simply allowed. */
export interface CallReport extends Partial<CallJudgement> {
  /** Counts the calls of the whole input, from 0. */
  readonly index: number;
  readonly run: RunName;
  readonly tool: string;
  readonly action: SimulatedAction;
  readonly check: string | null;
  readonly reason: string | null;
}

/** What became of one recorded run. */
export interface RunReport {
  /** Index of its first call. */
  readonly first: number;
  readonly run: RunName;
  calls: number;
  /** Let through with a warning; they count as allowed too. */
  warned: number;
  refused: number;
  replayed: number;
  killed: boolean;
  /** Micro-dollars. */
  spent: Micros;
  /** Undefined when no record of the run carried it. */
  solved: boolean | undefined;
  harmful: number;
  wasted: number;
  wastedStopped: number;
}

export function newRunReport(first: number, run: RunName): RunReport {
  return {
    first,
    run,
    calls: 0,
    warned: 0,
    refused: 0,
    replayed: 0,
    killed: false,
    spent: 0,
    solved: undefined,
    harmful: 0,
    wasted: 0,
    wastedStopped: 0,
  };
}

export function stoppedOf({ refused, replayed }: RunReport): number {
  return refused + replayed;
}

export function isStop(action: SimulatedAction): boolean {
  return action === 'replay' || action === 'refuse' || action === 'kill';
}

/** A decision as it is printed. */
export function told(decision: Decision): Pick<CallReport, 'action' | 'check' | 'reason'> {
  switch (decision.action) {
    case 'allow':
      return { action: 'allow', check: null, reason: null };
    case 'warn': {
      const [warning] = decision.warnings;
      return { action: 'warn', ...because(warning) };
    }
    case 'wait':
      return { action: 'refuse', ...because(decision.verdict) };
    case 'replay':
    case 'refuse':
    case 'kill':
      return { action: decision.action, ...because(decision.verdict) };
  }
}

function because(verdict: Pick<Verdict, 'check' | 'reason'> | undefined) {
  return { check: verdict?.check ?? null, reason: verdict?.reason ?? null };
}

/** Adds a call to its run. */
export function count(report: RunReport, call: CallReport): void {
  report.calls += 1;
  const stopped = isStop(call.action);
  if (call.action === 'warn') report.warned += 1;
  else if (call.action === 'replay') report.replayed += 1;
  else if (stopped) report.refused += 1;
  if (call.action === 'kill') report.killed = true;
  if (call.harmful === true) report.harmful += 1;
  if (call.wasted !== true) return;
  report.wasted += 1;
  if (stopped) report.wastedStopped += 1;
}
