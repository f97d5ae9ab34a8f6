import type { GuardSettings, Micros, ToolSettings } from '../config/settings.js';
import type { Check, RunContext } from './check.js';
import { createChecks } from './check-list.js';
import { type Account, costOf } from './checks/budget.js';
import type { EffectAccess } from './checks/side-effects.js';
import type { CheckName, Decision, EffectVerdict, Stopped, Trip, Verdict } from './decision.js';
import { fault } from './fault.js';
import { CallHistory } from './history.js';
import { type CanonicalHash, callHash } from './identity.js';
import { RunStatus, type RunStatusReport } from './run-status.js';
import type { JudgedCall, Outcome, ToolCall } from './tool-call.js';

/** Calls that are kept at least, for the log of a trip. */
const MIN_HISTORY = 50;

const NO_ARGS = {};

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
  private open = 0;
  /** Loop refusals since a call was last admitted. */
  private skips = 0;
  /** The trips that refusals belong to until a call is admitted again: one for each check, whatever is called in turn. */
  private readonly episode = new Map<CheckName, Trip>();
  private latch: Trip | undefined;

  constructor(private readonly options: RunOptions) {
    const { runId, settings, effects } = options;
    this.runId = runId;
    this.history = new CallHistory(() => Math.max(MIN_HISTORY, settings().loop.windowSize));
    const context: RunContext = { settings, history: this.history };
    this.checks = createChecks(context, this.account, effects);
  }

  /** Decides whether a call may run. A stopped call consumes nothing. */
  admit(request: ToolCall): Decision {
    const settings = this.options.settings();
    const tool = request.settings ?? settings.tool(request.tool);
    const argsHash = this.hashOf(request, tool);
    const call: JudgedCall = {
      // Not spread: V8 gives every copy of an object a shape of its own, and those pile up.
      tool: request.tool,
      args: request.args,
      readOnly: request.readOnly,
      retryOf: request.retryOf,
      runId: this.runId,
      argsHash: typeof argsHash === 'string' ? argsHash : '',
      settings: tool,
      at: this.options.now(),
      notes: { open: false, entry: undefined },
    };
    const warnings: Verdict[] = [];
    const stop =
      this.latched(call) ??
      (typeof argsHash === 'string' ? undefined : this.stopped(call, argsHash, settings.shadow)) ??
      this.ask('judge', call, warnings, settings.shadow) ??
      this.ask('claim', call, warnings, settings.shadow);
    if (stop !== undefined && !settings.shadow) {
      this.counts.stopped(stop);
      return stop;
    }
    if (stop === undefined) {
      this.skips = 0;
      // Only where there is one: clearing makes a new table, also of an empty map.
      if (this.episode.size > 0) this.episode.clear();
    } else {
      this.ask('claim', call, [], true);
    }
    for (const check of this.checks) check.admitted?.(call);
    // Also without loop checks of its own: a call of another tool may bring something new after it.
    if (call.argsHash !== '') this.history.add(call, call.retryOf);
    call.args = NO_ARGS;
    call.notes.open = true;
    this.open += 1;
    this.counts.admitted(stop);
    return { action: warnings.length > 0 ? 'warn' : 'allow', call, warnings, shadow: stop };
  }

  /** The call that `admit` allowed has ended; returns its cost. A second settlement of the same call is ignored. */
  settle(call: JudgedCall, outcome: Outcome): Micros {
    if (!call.notes.open) return 0;
    call.notes.open = false;
    this.open -= 1;
    this.history.settle(call, outcome);
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
    return this.open;
  }

  /** The last admitted calls, oldest first, for the log of a trip. */
  recentCalls(count: number): ReturnType<CallHistory['last']> {
    return this.history.last(count);
  }

  status(): RunStatusReport {
    return this.counts.report(this.runId, this.account, this.open, this.latch);
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
    const { trip, isNew } = this.tripFor(call, verdict, action === 'kill', shadow);
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
    kills: boolean,
    shadow: boolean,
  ): { trip: Trip | undefined; isNew: boolean } {
    if (verdict.check === 'side_effect' || verdict.check === 'fault') {
      return { trip: undefined, isNew: false };
    }
    const open = this.episode.get(verdict.check);
    // The trip that ends a run is told to the client at every later call: it must be about the call that did it.
    if (open !== undefined && !(kills && open.call.tool !== call.tool)) {
      return { trip: open, isNew: false };
    }
    const trip: Trip = { id: this.options.newTripId(), verdict, call, shadow };
    this.episode.set(verdict.check, trip);
    return { trip, isNew: true };
  }

  private latched(call: JudgedCall): Stopped | undefined {
    const trip = this.latch;
    if (trip === undefined) return undefined;
    const verdict: Verdict = {
      check: 'killed',
      kind: 'stop',
      reason: `This run was ended by fuze and refuses every call. The cause: ${trip.verdict.reason}`,
      advice: 'Stop calling tools. Tell the user what happened and what you have so far.',
      details: { cause: trip.verdict.check },
    };
    return { action: 'refuse', call, verdict, tripId: trip.id, newTrip: undefined };
  }
}
