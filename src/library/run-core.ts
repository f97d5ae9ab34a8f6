import type { GuardSettings, Micros } from '../config/settings.js';
import type { Decision, Stopped } from '../guard/decision.js';
import type { Engine } from '../guard/engine.js';
import type { Run } from '../guard/run.js';
import type { JudgedCall, Outcome, ToolCall } from '../guard/tool-call.js';
import { RunEnded } from './call-errors.js';
import type { CallRecorder } from './call-recorder.js';
import { Compensations, type RollbackReport } from './compensations.js';
import { effectChanged } from './effect-changes.js';
import type { Limits } from './limits.js';
import { writeTrip } from './trip-files.js';
import type { World } from './world.js';

/** What a run is made of. */
export interface RunParts {
  readonly name: string;
  readonly runId: string;
  readonly limits: Limits;
  readonly engine: Engine;
  /** Side effects are kept in a file. */
  readonly durable: boolean;
  /** Undefined where no trace is wanted. */
  readonly recorder: CallRecorder | undefined;
  /** Where trip logs go, if anywhere. */
  readonly trips: { readonly stateDir: string; readonly latestPath: string } | undefined;
  readonly world: World;
  /** The off switch: nothing is judged. */
  readonly off: boolean;
  readonly onNotice: (text: string) => void;
  /** Lets the files of the run go; called once, when it has ended and nothing of it is under way. */
  readonly release: () => void;
}

/** Names beyond so many are not learned, so that invented names cannot fill the memory. */
const MAX_LEARNED = 10_000;

/** One run as its guarded functions see it: the engine's run, and what the library keeps beside it. */
export class RunCore {
  readonly compensations = new Compensations();
  private readonly run: Run;
  /** The highest cost seen of functions that state only what a call did cost. */
  private readonly learned = new Map<string, Micros>();
  /** Calls of which nobody knows whether they took effect, and somebody should. */
  private readonly unknown = new Map<JudgedCall, string>();
  /** Rollbacks that wait until nothing else is under way. */
  private alone: (() => void)[] = [];
  private lastCall = 0;
  private users = 0;
  private lastActive: number;
  private hasEnded = false;
  private released = false;

  constructor(readonly parts: RunParts) {
    this.run = parts.engine.openRun(parts.runId);
    this.lastActive = parts.world.now();
  }

  get settings(): GuardSettings {
    return this.parts.limits.guard;
  }

  get ended(): boolean {
    return this.hasEnded;
  }

  status(): ReturnType<Run['status']> {
    return this.run.status();
  }

  /** Milliseconds since anything was last under way. */
  get idleFor(): number {
    return this.users > 0 ? 0 : this.parts.world.now() - this.lastActive;
  }

  nextCallId(): number {
    this.lastCall += 1;
    return this.lastCall;
  }

  /** Throws a RunEnded when no new call may begin. */
  assertOpen(tool: string): void {
    if (!this.hasEnded) return;
    const { name, runId } = this.parts;
    throw new RunEnded({
      check: 'ended',
      tool,
      runId,
      tripId: undefined,
      message: `"${tool}" was called after the end of its run "${name}". Open another run with createRun.`,
      details: {},
    });
  }

  admit(call: ToolCall): Decision {
    this.assertOpen(call.tool);
    const decision = this.run.admit(call);
    if (!('verdict' in decision)) {
      for (const { reason } of decision.warnings) this.parts.onNotice(reason);
      if (decision.shadow !== undefined) this.noteTrip(decision.shadow);
    } else {
      this.noteTrip(decision);
    }
    return decision;
  }

  /** Returns what the call cost. `undoable`: a rollback is to tell of it when nobody knows whether it took effect. */
  settle(call: JudgedCall, outcome: Outcome, undoable: boolean): Micros {
    const cost = this.run.settle(call, outcome);
    const { sideEffect } = call.settings;
    if (outcome.kind === 'unknown' && (sideEffect || undoable)) this.unknown.set(call, call.tool);
    if (sideEffect) effectChanged();
    return cost;
  }

  /** A call that had timed out returned after all. */
  correct(call: JudgedCall, outcome: Outcome): void {
    this.unknown.delete(call);
    // The ledger may be closed, and who reads of the effect later must take it as unknown.
    if (this.released || !call.settings.sideEffect) return;
    this.run.correct(call, outcome);
    effectChanged();
  }

  learnedCost(tool: string): Micros {
    return this.learned.get(tool) ?? 0;
  }

  learnCost(tool: string, cost: Micros): void {
    if (!this.learned.has(tool) && this.learned.size >= MAX_LEARNED) return;
    this.learned.set(tool, Math.max(cost, this.learnedCost(tool)));
  }

  /** Something of this run is under way, for as long as the work takes. */
  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.users += 1;
    try {
      return await work();
    } finally {
      this.users -= 1;
      this.lastActive = this.parts.world.now();
      if (this.users === 1) for (const resolve of this.alone.splice(0)) resolve();
      this.releaseIfOver();
    }
  }

  /** No new call may begin; what is in flight goes on to its end. */
  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.parts.engine.endRun(this.run);
    // Calls that wait for another one learn that they need not.
    effectChanged();
    this.releaseIfOver();
  }

  /** Ends the run and, when nothing else of it is under way, undoes what succeeded. */
  rollback(): Promise<RollbackReport> {
    return this.busy(async () => {
      this.end();
      // One user is this rollback.
      if (this.users > 1) await new Promise<void>((resolve) => this.alone.push(resolve));
      const { recorder, runId } = this.parts;
      return this.compensations.undoAll([...this.unknown.values()], (done, failure) =>
        recorder?.compensation(runId, done, failure),
      );
    });
  }

  private releaseIfOver(): void {
    if (!this.hasEnded || this.users > 0 || this.released) return;
    this.released = true;
    this.parts.release();
  }

  private noteTrip(stop: Stopped): void {
    if ((stop.action !== 'refuse' && stop.action !== 'kill') || stop.newTrip === undefined) return;
    const { recorder, trips, name, world, onNotice } = this.parts;
    recorder?.trip(stop.newTrip);
    if (trips === undefined) return;
    try {
      writeTrip(stop.newTrip, this.run, { ...trips, name, wallClock: world.wallClock });
    } catch (error) {
      onNotice(error instanceof Error ? error.message : String(error));
    }
  }
}
