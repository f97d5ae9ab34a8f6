import type { Settings } from '../config/settings.js';
import { canonicalJson, sha256Hex } from '../evidence/canonical.js';
import { createEngine, type Engine } from '../guard/engine.js';
import { MemoryLedger } from '../guard/memory-ledger.js';
import { CallJudge } from './call-judge.js';
import { RecentMap } from './recent-map.js';
import type { RecordedCall, RunName } from './recorded-call.js';
import { type CallReport, isStop } from './run-report.js';
import { type RecordedClock, SimulatedRun } from './simulated-run.js';
import { Totals } from './totals.js';

export interface SimulationOptions {
  /** Those of the proxy. Timeouts are not simulated, and shadow mode is off: it would let everything pass. */
  readonly settings: Settings;
  /** Whether to tell harmful stops and wasted calls. */
  readonly judge: boolean;
  /** A fault of the ledger, which then refuses side effects. */
  readonly onProblem: (error: unknown) => void;
}

/** Runs that may be open together; beyond it the one that was silent longest is taken to be over. Each takes up to 100 kB. */
const MAX_OPEN_RUNS = 2_000;
/** More effects than a recording will ever leave unknown. */
const MAX_EFFECTS = 1_000_000;

/**
 * Decides on recorded calls with the engine of the proxy, in the order of the recording and by its clock.
 * A stopped call's recorded result is not shown to the engine: it counts as not seen.
 */
export class Simulation {
  readonly totals = new Totals();
  private readonly clock: RecordedClock = { now: 0 };
  private readonly engine: Engine;
  private readonly callJudge: CallJudge | undefined;
  private readonly open = new RecentMap<RunName, SimulatedRun>(MAX_OPEN_RUNS, (run) =>
    this.close(run),
  );
  private calls = 0;
  private opened = 0;
  /** The latest time seen, where runs without times begin. */
  private latest = 0;

  constructor(private readonly options: SimulationOptions) {
    const guard = { ...options.settings.guard, shadow: false };
    let ids = 0;
    const now = (): number => this.clock.now;
    this.engine = createEngine({
      settings: () => guard,
      // Nobody is sent a result, so none is kept.
      openLedger: () => new MemoryLedger({ now, maxRows: MAX_EFFECTS, maxResultChars: 0 }),
      now,
      // Counted, so that two simulations of one recording are the same.
      randomHex: (bytes) => {
        ids += 1;
        return ids.toString(16).padStart(2 * bytes, '0');
      },
      hash: (value) => sha256Hex(canonicalJson(value)),
      onProblem: options.onProblem,
    });
    this.callJudge = options.judge ? new CallJudge() : undefined;
  }

  /** What fuze would have done with the next call of the recording. */
  decide(call: RecordedCall): CallReport {
    const index = this.calls;
    this.calls += 1;
    const run = this.runOf(call, index);
    const { told, argsHash } = run.decide(index, call);
    this.latest = Math.max(this.latest, this.clock.now);
    const judged = this.callJudge?.judge(run.key, argsHash, call, isStop(told.action));
    const report: CallReport = judged === undefined ? told : { ...told, ...judged };
    run.count(report, call);
    this.totals.addCall(report);
    return report;
  }

  /** A person let this run go on; where these settings had ended it too, it goes on here as well. */
  lift(run: RunName): void {
    this.open.get(run)?.lift();
  }

  /** The recording has been read to its end. */
  end(): Totals {
    for (const run of this.open.drain()) this.close(run);
    return this.totals;
  }

  private runOf(call: RecordedCall, index: number): SimulatedRun {
    const known = this.open.get(call.run);
    if (known !== undefined) return known;
    this.clock.now = this.latest;
    this.opened += 1;
    const { engine, clock } = this;
    const { providers, proxy } = this.options.settings;
    const { runIdle } = proxy;
    const start = { index, run: call.run };
    const run = new SimulatedRun({ engine, clock, providers, runIdle }, String(this.opened), start);
    this.open.set(call.run, run);
    return run;
  }

  private close(run: SimulatedRun): void {
    run.end();
    this.totals.addRun(run.report);
  }
}
