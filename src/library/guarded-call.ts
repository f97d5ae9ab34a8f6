import type { Micros } from '../config/settings.js';
import type { CallOutcome } from '../evidence/trace-payload.js';
import type { Decision, Stopped } from '../guard/decision.js';
import type { JudgedCall, Outcome } from '../guard/tool-call.js';
import { backoff } from './backoff.js';
import { namedArguments } from './call-arguments.js';
import { inCall } from './call-context.js';
import { actualCost, failureOf, successOf } from './call-outcome.js';
import { decisionTold } from './call-recorder.js';
import { assertComparable } from './comparable-effect.js';
import { effectChange } from './effect-changes.js';
import { FuzeError } from './fuze-error.js';
import type { GuardedTool } from './guarded-tool.js';
import { readRecorded } from './recorded-result.js';
import type { RunCore } from './run-core.js';
import { stopError } from './stop-error.js';
import { type Ended, withinTime } from './timed-work.js';
import { timeoutError } from './timeout-error.js';

type Admitted = Exclude<Decision, Stopped>;

/** An attempt that failed and may be made again. */
interface Earlier {
  readonly call: JudgedCall;
  readonly error: unknown;
}

/** One call of a guarded function in its run: asked for, attempted, tried again, and its end told. */
export class GuardedCall<This, Args extends unknown[], Result> {
  private readonly id: number;
  private readonly named: Readonly<Record<string, unknown>>;
  private readonly told: Readonly<Record<string, unknown>>;
  private readonly asked: number;

  constructor(
    private readonly run: RunCore,
    private readonly tool: GuardedTool<This, Args, Result>,
    private readonly self: This,
    private readonly args: Args,
  ) {
    const { recorder, world } = run.parts;
    this.id = run.nextCallId();
    this.named = namedArguments(args);
    this.told = recorder?.snapshot(this.named) ?? {};
    this.asked = world.now();
  }

  /** Resolves with what the function returns; rejects with what it throws, or with a FuzeError. */
  async result(): Promise<Result> {
    const { name, settings } = this.tool;
    const { world, runId } = this.run.parts;
    if (!this.run.settings.shadow) assertComparable(name, this.named, settings, runId);
    let earlier: Earlier | undefined;
    for (let attempt = 1; ; attempt += 1) {
      let decision = this.admit(earlier);
      while (decision.action === 'wait' && this.patience > 0) {
        await effectChange(decision.verdict.mine, this.patience);
        decision = this.admit(earlier);
      }
      if ('verdict' in decision) return this.stopped(decision, earlier?.error);
      const end = await this.attempt(decision, attempt);
      if (end.kind === 'returned') return end.value;
      // What fuze refused inside the function would be refused again.
      if (attempt > this.tool.maxRetries || end.error instanceof FuzeError) throw end.error;
      earlier = { call: decision.call, error: end.error };
      await world.sleep(backoff(attempt, world.random()));
    }
  }

  /** Milliseconds for which the call may still wait for an identical one. */
  private get patience(): number {
    return this.asked + this.tool.settings.timeout - this.run.parts.world.now();
  }

  private admit(earlier: Earlier | undefined): Decision {
    const { name, settings, readOnly, learnsCost } = this.tool;
    const estimatedCost = learnsCost ? this.run.learnedCost(name) : settings.estimatedCost;
    return this.run.admit({
      tool: name,
      args: this.named,
      readOnly,
      settings: learnsCost ? { ...settings, estimatedCost } : settings,
      ...(earlier === undefined ? {} : { retryOf: earlier.call }),
    });
  }

  private async attempt(decision: Admitted, attempt: number): Promise<Ended<Result>> {
    const since = this.run.parts.world.now();
    const { name, work, settings } = this.tool;
    const { runId } = decision.call;
    const controller = new AbortController();
    const context = { signal: controller.signal, tool: name, runId, attempt };
    const end = await withinTime(
      () => inCall(context, () => work.apply(this.self, this.args)),
      settings.timeout,
    );
    switch (end.kind) {
      case 'returned': {
        const outcome = this.success(decision, end.value);
        this.settle(decision, since, outcome, 'success');
        this.compensable(decision.call, end.value);
        return end;
      }
      case 'threw': {
        const outcome = failureOf(end.error, this.tool.unknownIf, this.run.parts.onNotice);
        // The trace has no word for a lost connection but this.
        const told = outcome.kind === 'unknown' ? 'server_exited' : 'failure';
        this.settle(decision, since, outcome, told, end.error);
        return end;
      }
      case 'timeout': {
        this.settle(decision, since, { kind: 'unknown', reason: 'timeout' }, 'timeout');
        void end.late.then((late) => this.late(decision, late));
        const error = timeoutError(decision.call);
        controller.abort(error);
        throw error;
      }
    }
  }

  private success(decision: Admitted, value: Result): Extract<Outcome, { kind: 'success' }> {
    const { onNotice, world } = this.run.parts;
    const cost = actualCost(this.tool, value, decision.call.settings.estimatedCost, onNotice);
    if (cost !== undefined && this.tool.learnsCost) this.run.learnCost(this.tool.name, cost);
    return successOf(value, cost, world.randomHex);
  }

  /** An abort makes most functions throw, which tells nothing of their effect; only a late result does. */
  private late(decision: Admitted, end: Ended<Result>): void {
    if (end.kind === 'threw') return;
    this.run.correct(decision.call, this.success(decision, end.value));
    this.compensable(decision.call, end.value);
  }

  private compensable({ argsHash }: JudgedCall, value: Result): void {
    const { compensate, name, settings } = this.tool;
    if (compensate === undefined) return;
    const { args, id } = this;
    const undo = (): unknown => compensate(value, ...args);
    const { timeout } = settings;
    this.run.compensations.add({ tool: name, id, argsHash, undo, timeout });
  }

  private settle(
    decision: Admitted,
    since: number,
    outcome: Outcome,
    told: CallOutcome,
    error?: unknown,
  ): void {
    const { compensate } = this.tool;
    const cost = this.run.settle(decision.call, outcome, compensate !== undefined);
    this.record(decision, since, told, cost, outcome, error);
  }

  private stopped(stop: Stopped, cause: unknown): Result {
    const replayed = stop.action === 'replay';
    this.record(stop, this.asked, replayed ? 'replayed' : 'refused', 0);
    const recorded = replayed ? readRecorded(stop.verdict.result) : undefined;
    // It was a Result when it was recorded, and is what JSON made of it: docs/library.md says so.
    if (recorded !== undefined) return recorded.value as Result;
    const { settings, parts } = this.run;
    throw stopError(stop, { settings, status: this.run.status(), cause, durable: parts.durable });
  }

  private record(
    decision: Decision,
    since: number,
    told: CallOutcome,
    cost: Micros,
    outcome?: Outcome,
    error?: unknown,
  ): void {
    const { tool, runId, argsHash } = decision.call;
    const known = outcome === undefined || outcome.kind === 'unknown' ? undefined : outcome;
    this.run.parts.recorder?.call({
      id: this.id,
      tool,
      runId,
      argsHash,
      args: this.told,
      since,
      decision: decisionTold(decision),
      outcome: told,
      cost,
      result: known?.kind === 'success' ? known.result() : undefined,
      resultHash: known?.resultHash,
      error: error instanceof Error ? error.message : undefined,
      errorClass: known?.kind === 'failure' ? known.errorClass : undefined,
    });
  }
}
