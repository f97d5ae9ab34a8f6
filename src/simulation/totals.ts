import { type CallReport, isStop, type RunReport, stoppedOf } from './run-report.js';

/** The figures of `--judge` over some of the runs. */
export interface JudgeFigures {
  runs: number;
  calls: number;
  stopped: number;
  harmful: number;
  /** Runs with at least one harmful stop. */
  harmedRuns: number;
  wasted: number;
  wastedStopped: number;
  killedRuns: number;
}

const MAX_NAMES = 10_000;
/** Shares one count with all names beyond the first `MAX_NAMES`. */
const OTHERS = '(others)';
/** Rows of runs that are kept to be printed. */
export const MAX_ROWS = 20;

function add(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < MAX_NAMES ? name : OTHERS;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function newFigures(): JudgeFigures {
  return {
    runs: 0,
    calls: 0,
    stopped: 0,
    harmful: 0,
    harmedRuns: 0,
    wasted: 0,
    wastedStopped: 0,
    killedRuns: 0,
  };
}

function include(figures: JudgeFigures, run: RunReport): void {
  figures.runs += 1;
  figures.calls += run.calls;
  figures.stopped += stoppedOf(run);
  figures.harmful += run.harmful;
  if (run.harmful > 0) figures.harmedRuns += 1;
  figures.wasted += run.wasted;
  figures.wastedStopped += run.wastedStopped;
  if (run.killed) figures.killedRuns += 1;
}

/** What is known when a recording has been read to its end. Grows neither with its calls nor with its runs. */
export class Totals {
  readonly stopsByCheck = new Map<string, number>();
  readonly stopsByTool = new Map<string, number>();
  readonly all = newFigures();
  /** Over the runs that solved their task. */
  readonly solved = newFigures();
  /** Whether any record carried `solved`. */
  knowsSolved = false;
  warned = 0;
  refused = 0;
  replayed = 0;
  spent = 0;
  /** Lines that could not be read. */
  broken = 0;
  /** Runs with a stop. */
  stoppedRuns = 0;
  private readonly first: RunReport[] = [];
  private worst: RunReport[] = [];

  addCall({ action, check, tool }: CallReport): void {
    if (!isStop(action)) return;
    add(this.stopsByCheck, check ?? OTHERS);
    add(this.stopsByTool, tool);
  }

  addRun(run: RunReport): void {
    include(this.all, run);
    if (run.solved !== undefined) this.knowsSolved = true;
    if (run.solved === true) include(this.solved, run);
    this.warned += run.warned;
    this.refused += run.refused;
    this.replayed += run.replayed;
    this.spent += run.spent;
    if (this.all.runs <= MAX_ROWS) this.first.push(run);
    if (stoppedOf(run) === 0) return;
    this.stoppedRuns += 1;
    this.worst.push(run);
    if (this.worst.length > 10 * MAX_ROWS) this.worst = mostStopped(this.worst);
  }

  /** The runs to print, in the order of the recording: all when they are few, else those with the most stops. */
  rows(): readonly RunReport[] {
    const chosen = this.all.runs <= MAX_ROWS ? [...this.first] : mostStopped(this.worst);
    return chosen.sort((a, b) => a.first - b.first);
  }
}

function mostStopped(runs: readonly RunReport[]): RunReport[] {
  return runs
    .toSorted((a, b) => stoppedOf(b) - stoppedOf(a) || a.first - b.first)
    .slice(0, MAX_ROWS);
}
