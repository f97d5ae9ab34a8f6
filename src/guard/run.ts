import type { GuardSettings, LoopSettings, Micros, ToolSettings } from '../config/settings.js';
import type { Check, RunContext } from './check.js';
import { createChecks } from './check-list.js';
import { type Account, costOf } from './checks/budget.js';
import type { EffectAccess } from './checks/side-effects.js';
import type { Decision, EffectVerdict, Stopped, Trip, Verdict } from './decision.js';
import { CallHistory } from './history.js';
import { type CanonicalHash, callHash } from './identity.js';
import { RunStatus, type RunStatusReport } from './run-status.js';
import type { JudgedCall, Outcome, ToolCall } from './tool-call.js';

/** Calls that are kept at least, for the log of a trip. */
const MIN_HISTORY = 50;

/** What a run is given; everything that touches the world is in here. */
export interface RunOptions {
  readonly runId: string;
  readonly settings: () => GuardSettings;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly hash: CanonicalHash;
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
  private readonly checks: readonly Check[];
  private readonly counts = new RunStatus();
  private readonly open = new Set<JudgedCall>();
  /** Loop refusals since a call was last admitted. */
  private skips = 0;
  /** The trip that refusals belong to until a call is admitted again. */
  private episode: Trip | undefined;
  private latch: Trip | undefined;

  constructor(private readonly options: RunOptions) {
    const { runId, settings, now, effects } = options;
    this.runId = runId;
    this.history = new CallHistory(() => historyNeeded(settings().loop));
    const context: RunContext = { runId, settings, now, history: this.history };
    this.checks = createChecks(context, this.account, effects);
  }

  /** Decides whether a call may run. A stopped call consumes nothing. */
  admit(request: ToolCall): Decision {
    const settings = this.options.settings();
    const tool = request.settings ?? settings.tool(request.tool);
    const argsHash = this.hashOf(request, tool);
    const call: JudgedCall = {
      ...request,
      runId: this.runId,
      argsHash: typeof argsHash === 'string' ? argsHash : '',
      settings: tool,
      at: this.options.now(),
    };
    if (this.latch !== undefined) return this.refuseLatched(call, this.latch);
    const warnings: Verdict[] = [];
    const stop =
      (typeof argsHash === 'string' ? undefined : this.stopped(call, argsHash, settings.shadow)) ??
      this.ask('judge', call, warnings, settings.shadow) ??
      this.ask('claim', call, warnings, settings.shadow);
    if (stop !== undefined && !settings.shadow) {
      this.counts.stopped(stop);
      return stop;
    }
    if (stop === undefined) {
      this.skips = 0;
      this.episode = undefined;
    } else {
      this.ask('claim', call, [], true);
    }
    for (const check of this.checks) check.admitted?.(call);
    if (tool.loopChecks && call.argsHash !== '') this.history.add(call, call.retryOf);
    this.open.add(call);
    this.counts.admitted(stop);
    return { action: warnings.length > 0 ? 'warn' : 'allow', call, warnings, shadow: stop };
  }

  /** The call that `admit` allowed has ended; returns its cost. A second settlement of the same call is ignored. */
  settle(call: JudgedCall, outcome: Outcome): Micros {
    if (!this.open.delete(call)) return 0;
    this.history.settle(call, outcome, this.options.now());
    for (const check of this.checks) check.settled?.(call, outcome);
    this.counts.settled(outcome);
    return costOf(call, outcome, this.options.settings().chargeFailed);
  }

  /** The answer to a call that was settled as unknown came after all: only what was unknown is corrected. */
  correct(call: JudgedCall, outcome: Outcome): void {
    for (const check of this.checks) check.corrected?.(call, outcome);
  }

  /** Calls that were admitted and have not ended. */
  get inFlight(): number {
    return this.open.size;
  }

  /** The last admitted calls, oldest first, for the log of a trip. */
  recentCalls(count: number): ReturnType<CallHistory['last']> {
    return this.history.last(count);
  }

  status(): RunStatusReport {
    return this.counts.report(this.runId, this.account, this.open.size, this.latch);
  }

  private ask(
    question: 'judge' | 'claim',
    call: JudgedCall,
    warnings: Verdict[],
    shadow: boolean,
  ): Stopped | undefined {
    for (const check of this.checks) {
      const verdict = this.verdictOf(check, question, call);
      if (verdict === undefined) continue;
      if (verdict.kind === 'loop' && call.retryOf !== undefined) continue;
      if (verdict.kind === 'loop' && call.settings.onLoop === 'warn') {
        warnings.push(verdict);
        continue;
      }
      return this.stopped(call, verdict, shadow);
    }
    return undefined;
  }

  /** Arguments nested so deeply that they cannot be hashed are refused like a check that throws. */
  private hashOf({ tool, args }: ToolCall, settings: ToolSettings): string | Verdict {
    try {
      return callHash(tool, args, settings, this.options.hash);
    } catch (error) {
      return fault(tool, error);
    }
  }

  /** A check that throws refuses the call: failing open would be worse, and silence worst. */
  private verdictOf(
    check: Check,
    question: 'judge' | 'claim',
    call: JudgedCall,
  ): Verdict | EffectVerdict | undefined {
    try {
      return check[question]?.(call);
    } catch (error) {
      return fault(call.tool, error);
    }
  }

  private stopped(call: JudgedCall, verdict: Verdict | EffectVerdict, shadow: boolean): Stopped {
    if (verdict.kind === 'replay') return { action: 'replay', call, verdict };
    if (verdict.kind === 'wait') return { action: 'wait', call, verdict };
    const action = verdict.kind === 'loop' ? this.onLoop(call, shadow) : 'refuse';
    const { trip, isNew } = this.tripFor(call, verdict, shadow);
    if (action === 'kill' && !shadow) this.latch = trip;
    return { action, call, verdict, tripId: trip?.id, newTrip: isNew ? trip : undefined };
  }

  private onLoop(call: JudgedCall, shadow: boolean): 'refuse' | 'kill' {
    if (call.settings.onLoop === 'kill') return 'kill';
    if (shadow) return 'refuse';
    this.skips += 1;
    return this.skips > this.options.settings().loop.maxSkips ? 'kill' : 'refuse';
  }

  /** A refused side effect, or a fault of fuze, is no tripped limit, and so has no trip. */
  private tripFor(
    call: JudgedCall,
    verdict: Verdict,
    shadow: boolean,
  ): { trip: Trip | undefined; isNew: boolean } {
    if (verdict.check === 'side_effect' || verdict.check === 'fault') {
      return { trip: undefined, isNew: false };
    }
    const { episode } = this;
    if (episode?.verdict.check === verdict.check && episode.call.tool === call.tool) {
      return { trip: episode, isNew: false };
    }
    const trip: Trip = { id: this.options.newTripId(), verdict, call, shadow };
    this.episode = trip;
    return { trip, isNew: true };
  }

  private refuseLatched(call: JudgedCall, trip: Trip): Stopped {
    const verdict: Verdict = {
      check: 'killed',
      kind: 'stop',
      reason: `This run was ended by fuze and refuses every call. The cause: ${trip.verdict.reason}`,
      advice: 'Stop calling tools. Tell the user what happened and what you have so far.',
      details: { cause: trip.verdict.check },
    };
    const stop: Stopped = {
      action: 'refuse',
      call,
      verdict,
      tripId: trip.id,
      newTrip: undefined,
    };
    this.counts.stopped(stop);
    return stop;
  }
}

/** How far back the loop checks look, and the log of a trip with them. */
function historyNeeded({ windowSize, sequenceMaxPeriod, sequenceRepeats }: LoopSettings): number {
  return Math.max(MIN_HISTORY, windowSize, sequenceMaxPeriod * sequenceRepeats);
}

function fault(tool: string, error: unknown): Verdict {
  const message = error instanceof Error ? error.message : String(error);
  return {
    check: 'fault',
    kind: 'stop',
    reason: `fuze could not judge the call of "${tool}": ${message}.`,
    advice: 'Call it in another way, or tell the user.',
    details: {},
  };
}
