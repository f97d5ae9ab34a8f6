import type { Micros } from '../config/settings.js';
import type { Metered } from './check.js';
import type { Account } from './checks/budget.js';
import type { CheckName, Stopped, Trip } from './decision.js';
import type { Outcome } from './tool-call.js';

/** A run's figures at one moment. Money in micro-dollars. */
export interface RunStatusReport {
  readonly runId: string;
  readonly admitted: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly inFlight: number;
  readonly refused: number;
  readonly replayed: number;
  /** Calls refused and replayed, by the check that did it. */
  readonly stops: Readonly<Partial<Record<CheckName, number>>>;
  /** What shadow mode would have stopped. */
  readonly wouldStop: number;
  readonly spent: Micros;
  readonly reserved: Micros;
  /** The part of `spent` and of the tokens that no call used, where there is one. */
  readonly metered?: Metered;
  /** The trip that ended the run, where one did. */
  readonly killedBy: string | undefined;
}

/** Counts what a run has seen. */
export class RunStatus {
  private admittedCalls = 0;
  private wouldStop = 0;
  private refused = 0;
  private replayed = 0;
  private readonly stops: Partial<Record<CheckName, number>> = {};
  private metered: Metered | undefined;
  private readonly ended: Record<Outcome['kind'], number> = { success: 0, failure: 0, unknown: 0 };

  admitted(shadow: Stopped | undefined): void {
    this.admittedCalls += 1;
    if (shadow !== undefined) this.wouldStop += 1;
  }

  stopped({ action, verdict }: Stopped): void {
    // A waiting call is judged again, and counted then.
    if (action === 'wait') return;
    if (action === 'replay') this.replayed += 1;
    else this.refused += 1;
    this.stops[verdict.check] = (this.stops[verdict.check] ?? 0) + 1;
  }

  settled({ kind }: Outcome): void {
    this.ended[kind] += 1;
  }

  meter({ tokens, cost }: Metered): void {
    const before = this.metered ?? { tokens: 0, cost: 0 };
    this.metered = { tokens: before.tokens + tokens, cost: before.cost + cost };
  }

  report(
    runId: string,
    account: Account,
    inFlight: number,
    latch: Trip | undefined,
  ): RunStatusReport {
    return {
      runId,
      admitted: this.admittedCalls,
      succeeded: this.ended.success,
      failed: this.ended.failure,
      unknown: this.ended.unknown,
      inFlight,
      refused: this.refused,
      replayed: this.replayed,
      stops: { ...this.stops },
      wouldStop: this.wouldStop,
      spent: account.spent,
      reserved: account.reserved,
      ...(this.metered === undefined ? {} : { metered: this.metered }),
      killedBy: latch?.id,
    };
  }
}
