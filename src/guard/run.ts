import type { GuardSettings, LoopSettings, Micros, ToolSettings } from '../config/settings.js';
import { budgetLeft, tellLeft } from './budget-left.js';
import { CallKey, type CanonicalForm, callKey } from './call-key.js';
import type { Metered, RunContext } from './check.js';
import { createChecks } from './check-list.js';
import { type Asked, answerOf, type CheckRounds, checkRounds } from './check-rounds.js';
import { type Account, costOf } from './checks/budget.js';
import type { EffectAccess } from './checks/side-effects.js';
import type { TokenAccount } from './checks/tokens.js';
import type { Decision, Stopped, Trip, Verdict, VerdictDetails } from './decision.js';
import { fault } from './fault.js';
import { CallHistory } from './history.js';
import { historyNeeded } from './history-needed.js';
import type { CanonicalHash } from './identity.js';
import { JudgedRequest } from './judged-request.js';
import { RunStatus, type RunStatusReport } from './run-status.js';
import type { JudgedCall, Outcome, ToolCall } from './tool-call.js';
import { Trips } from './trips.js';

/** Arguments above so many bytes are let go of once their call is admitted: any number of calls may be in flight. */
const MAX_KEPT_ARGS = 16_384;

/** What a run is given; everything that touches the world is in here. */
export interface RunOptions {
  readonly runId: string;
  readonly settings: () => GuardSettings;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly hash: CanonicalHash;
  /** See `EngineOptions`. */
  readonly canonical: CanonicalForm | undefined;
  readonly effects: EffectAccess;
  /** `fg_` and 12 hex digits, never the same twice. */
  readonly newTripId: () => string;
}

/**
 * One run: what its limits count over. `admit` decides, synchronously; every admitted call is owed one `settle`.
 */
export class Run {
  readonly runId: string;
  private readonly account: Account = { spent: 0, reserved: 0 };
  private readonly history: CallHistory;
  private readonly checks: CheckRounds;
  private readonly counts = new RunStatus();
  private open = 0;
  private readonly tokens: TokenAccount = { used: 0, reserved: 0 };
  private readonly trips: Trips;

  constructor(private readonly options: RunOptions) {
    const { runId, settings, now, effects, newTripId } = options;
    this.runId = runId;
    const loop = (): LoopSettings => settings().loop;
    this.history = new CallHistory(() => historyNeeded(loop()));
    this.trips = new Trips(newTripId, loop);
    const context: RunContext = { settings, now, history: this.history };
    this.checks = checkRounds(createChecks(context, this.account, this.tokens, effects));
  }

  /** Decides whether a call may run. A stopped call consumes nothing. */
  admit(request: ToolCall): Decision {
    const settings = this.options.settings();
    const tool = request.settings ?? settings.tool(request.tool);
    const key = this.keyOf(request, tool);
    const isKnown = key instanceof CallKey;
    const known = isKnown ? key : new CallKey(request.tool, '', undefined);
    const call = new JudgedRequest(request, this.runId, known, tool, this.options.now());
    const warnings: Verdict[] = [];
    const stop =
      this.trips.latched(call) ??
      (isKnown ? undefined : this.trips.refuse(call, key, settings.shadow)) ??
      this.ask(this.checks.judges, call, warnings, settings.shadow) ??
      this.ask(this.checks.claims, call, warnings, settings.shadow);
    if (stop !== undefined && !settings.shadow) {
      this.counts.stopped(stop);
      return tellLeft(stop, this.budgetLeft());
    }
    if (stop === undefined) {
      this.trips.admitted();
    } else {
      this.ask(this.checks.claims, call, [], true);
    }
    for (const admitted of this.checks.admitted) admitted(call);
    // Also without loop checks of its own: a call of another tool may bring something new after it.
    if (isKnown) this.history.add(call, call.retryOf);
    if ((call.argsBytes ?? 0) > MAX_KEPT_ARGS) call.letGoOfArgs();
    call.notes.open = true;
    this.open += 1;
    this.counts.admitted(stop);
    return { action: warnings.length > 0 ? 'warn' : 'allow', call, warnings, shadow: stop };
  }

  /**
   * An admitted call goes on, with another message of its client. It is not judged again and counts nothing; only a
   * run that was ended stops it.
   */
  resume(call: JudgedCall): Stopped | undefined {
    const stop = this.trips.latched(call);
    if (stop === undefined) return undefined;
    this.counts.stopped(stop);
    return tellLeft(stop, this.budgetLeft());
  }

  /** Lets a run go on that a trip had ended, and tells which. Loops are counted anew, or the next call ended it again. */
  lift(): Trip | undefined {
    const trip = this.trips.lift();
    if (trip === undefined) return undefined;
    this.history.forget();
    for (const lifted of this.checks.lifted) lifted();
    return trip;
  }

  /** What the call costs if it ends so; nothing if it has ended. */
  costOf(call: JudgedCall, outcome: Outcome): Micros {
    return call.notes.open ? costOf(call, outcome, this.options.settings().chargeFailed) : 0;
  }

  /** The call that `admit` allowed has ended; returns its cost. A second settlement of the same call is ignored. */
  settle(call: JudgedCall, outcome: Outcome): Micros {
    const cost = this.costOf(call, outcome);
    if (!call.notes.open) return 0;
    call.notes.open = false;
    this.open -= 1;
    this.history.settle(call, outcome, this.options.now());
    for (const settled of this.checks.settled) settled(call, outcome);
    this.counts.settled(outcome);
    return cost;
  }

  /** The answer to a call that was settled as unknown came after all: only what was unknown is corrected. */
  correct(call: JudgedCall, outcome: Outcome): void {
    for (const corrected of this.checks.corrected) corrected(call, outcome);
  }

  /** Adds what the run used without a call. Nothing is refused for it but the calls that follow. */
  meter(usage: Metered): void {
    for (const metered of this.checks.metered) metered(usage);
    this.counts.meter(usage);
  }

  /** What an answer that fuze gives by itself tells of the run's money; undefined while there is plenty. */
  budgetLeft(): VerdictDetails | undefined {
    return budgetLeft(this.account, this.options.settings().maxCostPerRun);
  }

  /** Calls that were admitted and have not ended. */
  get inFlight(): number {
    return this.open;
  }

  /** The trip that ended the run, while it holds. */
  get latch(): Trip | undefined {
    return this.trips.latch;
  }

  /** The last admitted calls, oldest first, for the log of a trip. */
  recentCalls(count: number): ReturnType<CallHistory['last']> {
    return this.history.last(count);
  }

  status(): RunStatusReport {
    return this.counts.report(this.runId, this.account, this.open, this.trips.latch);
  }

  private ask(
    asked: readonly Asked[],
    call: JudgedCall,
    warnings: Verdict[],
    shadow: boolean,
  ): Stopped | undefined {
    for (const question of asked) {
      const verdict = answerOf(question, call);
      if (verdict === undefined) continue;
      if (verdict.kind === 'loop' && call.retryOf !== undefined) continue;
      question.told?.(call);
      if (verdict.kind === 'replay') return { action: 'replay', call, verdict };
      if (verdict.kind === 'wait') return { action: 'wait', call, verdict };
      const isLoop = verdict.kind === 'loop';
      if (verdict.kind !== 'warning' && !(isLoop && call.settings.onLoop === 'warn')) {
        return this.trips.refuse(call, verdict, shadow);
      }
      warnings.push(verdict);
    }
    return undefined;
  }

  /** Arguments nested so deeply that they cannot be hashed are refused like a check that throws. */
  private keyOf(request: ToolCall, settings: ToolSettings): CallKey | Verdict {
    const { hash, canonical } = this.options;
    try {
      return callKey(request, settings, hash, canonical);
    } catch (error) {
      return fault(request.tool, error);
    }
  }
}
