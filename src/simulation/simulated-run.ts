import type { Settings } from '../config/settings.js';
import type { Engine } from '../guard/engine.js';
import type { Run } from '../guard/run.js';
import type { Outcome, ToolCall } from '../guard/tool-call.js';
import { usageCost } from '../guard/usage-cost.js';
import type { RecordedCall } from './recorded-call.js';
import { type CallReport, count, newRunReport, type RunReport, told } from './run-report.js';

/** Where the recorded time stands. The engine and the ledger read it, and it is set before they are asked. */
export interface RecordedClock {
  /** Milliseconds since the epoch, or since the start of a recording without times. */
  now: number;
}

/** What a simulated run shares with the others. */
export interface SimulatedRunOptions {
  readonly engine: Engine;
  readonly clock: RecordedClock;
  readonly providers: Settings['providers'];
  /** Milliseconds of silence that end a run of the engine. */
  readonly runIdle: number;
}

/** Time from one call to the next where the recording tells none. */
const STEP_MS = 1_000;

/** One run of a recording: it drives runs of the engine, one after the other where `run_idle` passed in between. */
export class SimulatedRun {
  readonly report: RunReport;
  private run: Run | undefined;
  /** Never goes back, whatever the recording says; undefined before the first call. */
  private now: number | undefined;

  constructor(
    private readonly options: SimulatedRunOptions,
    /** Tells this run from all others, also from an earlier one of the same name. */
    readonly key: string,
    first: Pick<CallReport, 'index' | 'run'>,
  ) {
    this.report = newRunReport(first.index, first.run);
  }

  /** Decides on the next call, and settles it with its recorded outcome if it was allowed. */
  decide(
    index: number,
    call: RecordedCall,
  ): { readonly told: CallReport; readonly argsHash: string } {
    const { clock, runIdle } = this.options;
    // Without times, a run begins where the recording stands.
    const last = this.now ?? call.began ?? clock.now;
    clock.now = Math.max(last, call.began ?? last + STEP_MS);
    if (clock.now - last >= runIdle) this.endEngineRun();
    this.run ??= this.options.engine.openRun();
    const decision = this.run.admit(asked(call));
    if (decision.action === 'allow' || decision.action === 'warn') {
      clock.now = Math.max(clock.now, call.ended ?? clock.now);
      this.run.settle(decision.call, this.priced(call));
    }
    this.now = clock.now;
    return {
      told: { index, run: call.run, tool: call.tool, ...told(decision) },
      argsHash: decision.call.argsHash,
    };
  }

  lift(): void {
    this.run?.lift();
  }

  /** Adds a decided call to the report. */
  count(report: CallReport, { solved }: RecordedCall): void {
    count(this.report, report);
    if (solved !== undefined) this.report.solved = this.report.solved === true || solved;
  }

  /** The recording holds no more of this run. */
  end(): void {
    this.options.clock.now = this.now ?? 0;
    this.endEngineRun();
  }

  /** The recorded outcome with what it cost, where it reports tokens. */
  private priced({ outcome, usage }: RecordedCall): Outcome {
    if (outcome.kind !== 'success' || usage === undefined) return outcome;
    const cost = usageCost(usage, this.options.providers);
    return cost === undefined ? outcome : { ...outcome, cost };
  }

  private endEngineRun(): void {
    if (this.run === undefined) return;
    this.report.spent += this.run.status().spent;
    this.options.engine.endRun(this.run);
    this.run = undefined;
  }
}

/** The call without what came of it, which the engine must not know yet. */
function asked({ tool, args, readOnly }: RecordedCall): ToolCall {
  return readOnly === undefined ? { tool, args } : { tool, args, readOnly };
}
