import { microsToUsd } from '../config/money.js';
import { currentCall } from './call-context.js';
import type { RollbackReport } from './compensations.js';
import { FuzeError } from './fuze-error.js';
import { GuardedCall } from './guarded-call.js';
import { type GuardedTool, guardedTool } from './guarded-tool.js';
import { unguardedCall } from './off-switch.js';
import type { GuardOptions } from './options.js';
import type { RunCore } from './run-core.js';

/** A run's figures at one moment. Money in US dollars. */
export interface RunStatus {
  readonly name: string;
  readonly runId: string;
  readonly state: 'open' | 'killed' | 'ended';
  /** Calls that were let through, retries included. */
  readonly calls: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Calls that timed out, or whose outcome nobody knows for another reason. */
  readonly unknown: number;
  readonly inFlight: number;
  readonly refused: number;
  /** Side effects that were answered with the result recorded before. */
  readonly replayed: number;
  /** What shadow mode would have stopped. */
  readonly wouldStop: number;
  readonly spent: number;
  /** Held for calls in flight. */
  readonly reserved: number;
  readonly maxCostPerRun: number;
  /** The trip that killed the run. */
  readonly tripId: string | undefined;
}

/** A function under guard: the same arguments and `this`, and always a promise. */
export type Guarded<This, Args extends unknown[], Result> = (
  this: This,
  ...args: Args
) => Promise<Result>;

/** What the limits of `createRun` count over. */
export interface Run {
  readonly name: string;
  readonly runId: string;
  /** Puts a function under the limits of this run. Throws a ConfigurationError for a wrong option. */
  guard<This, Args extends unknown[], Result>(
    work: (this: This, ...args: Args) => Result | PromiseLike<Result>,
    options?: GuardOptions<Args, Result>,
  ): Guarded<This, Args, Result>;
  getStatus(): RunStatus;
  /** No new call may begin; what is in flight goes on to its end. Files are closed after that. Returns the last figures. */
  end(): RunStatus;
  /**
   * Ends the run, waits for what is in flight, and runs the `compensate` handlers of all calls that succeeded, the last
   * call first. Rejects with RollbackIncomplete when some failed; a second rollback tries those again.
   */
  rollback(): Promise<RollbackReport>;
}

/** The figures of a run, in US dollars. */
export function statusOf(core: RunCore): RunStatus {
  const { admitted, spent, reserved, killedBy, ...counts } = core.status();
  return {
    ...counts,
    name: core.parts.name,
    state: core.ended ? 'ended' : killedBy === undefined ? 'open' : 'killed',
    calls: admitted,
    spent: microsToUsd(spent),
    reserved: microsToUsd(reserved),
    maxCostPerRun: microsToUsd(core.settings.maxCostPerRun),
    tripId: killedBy,
  };
}

/** The function that stands in for a guarded one, under its name; `runNow` gives the run of a call that begins. */
export function guardedFunction<This, Args extends unknown[], Result>(
  tool: GuardedTool<This, Args, Result>,
  runNow: () => RunCore,
): Guarded<This, Args, Result> {
  const guarded = async function (this: This, ...args: Args): Promise<Result> {
    const run = runNow();
    return run.busy(() =>
      run.parts.off
        ? unguardedCall(run, tool, this, args)
        : new GuardedCall(run, tool, this, args).result(),
    );
  };
  return Object.defineProperty(guarded, 'name', { value: tool.name, configurable: true });
}

/** The run that `createRun` gives out. */
export class LibraryRun implements Run {
  private rollingBack: Promise<RollbackReport> | undefined;

  constructor(private readonly core: RunCore) {}

  get name(): string {
    return this.core.parts.name;
  }

  get runId(): string {
    return this.core.parts.runId;
  }

  guard<This, Args extends unknown[], Result>(
    work: (this: This, ...args: Args) => Result | PromiseLike<Result>,
    options: GuardOptions<Args, Result> = {},
  ): Guarded<This, Args, Result> {
    const { core } = this;
    return guardedFunction(guardedTool(work, options, core.parts.limits), () => core);
  }

  getStatus(): RunStatus {
    return statusOf(this.core);
  }

  end(): RunStatus {
    this.core.end();
    return this.getStatus();
  }

  async rollback(): Promise<RollbackReport> {
    if (currentCall()?.runId === this.runId) {
      throw new FuzeError(
        'rollback',
        'rollback() was called inside a guarded function of its own run, and would wait for itself. Call it after the function has ended.',
      );
    }
    this.rollingBack ??= this.core.rollback().finally(() => {
      this.rollingBack = undefined;
    });
    return this.rollingBack;
  }
}
