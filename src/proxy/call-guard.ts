import type { Settings } from '../config/settings.js';
import type { Stopped, Trip } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import type { Answer, Outcome, UnknownReason } from '../guard/tool-call.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import { ErrorCode } from '../jsonrpc/error-code.js';
import { errorReply } from '../jsonrpc/reply.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import { asksForInput, outcomeOf } from './answer-outcome.js';
import type { Deadlines } from './deadlines.js';
import { type HeldCall, HeldCalls } from './held-calls.js';
import type { PendingRequest } from './pending-requests.js';
import type { Recorder } from './recorder.js';
import { refusalReply, replayReply } from './refusal.js';
import type { RunKeeper } from './run-keeper.js';
import { timeoutReply } from './timeout-reply.js';
import type { ToolCatalog } from './tool-catalog.js';
import { OUTCOME_OF_UNKNOWN } from './unknown-outcome.js';

/** What a guarded call needs around it. */
export interface CallGuardOptions {
  readonly settings: () => Settings;
  readonly runs: RunKeeper;
  readonly catalog: ToolCatalog;
  readonly recorder: Recorder;
  readonly deadlines: Deadlines;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly forward: (bytes: Buffer) => void;
  /** Answers a request and forgets it. */
  readonly answer: (request: PendingRequest, text: string) => void;
  readonly onTrip: (trip: Trip, run: Run) => void;
  /** A run was killed or a killed run called again. */
  readonly onKill: () => void;
  /** Runs something that did not come from a message, and sends what it left to send. */
  readonly turn: (work: () => void) => void;
}

/** The call has not ended, and a side effect must not be replayed from a question: as if it had failed. */
function inputRequired({ resultHash, size, text }: Answer): Outcome {
  return { kind: 'failure', resultHash, size, text, errorClass: 'input required' };
}

/** Leads every `tools/call` through the engine: in, on its way, and out. */
export class CallGuard {
  private readonly held: HeldCalls;

  constructor(private readonly options: CallGuardOptions) {
    this.held = new HeldCalls(() => options.turn(() => this.judgeHeld()));
  }

  /** Judges a call that just came in. True when its message is to be forwarded, else it is answered or held. */
  take(request: PendingRequest, message: CallMessage, bytes: Buffer): boolean {
    const { guard } = this.options.settings();
    if (guard.tool(message.tool).sideEffect && message.ambiguousArgs()) {
      const reason = 'an object in params.arguments has a member twice, and parsers disagree on it';
      this.options.recorder.dropped(message, 'refused', reason);
      const id = request.id.raw;
      this.options.answer(request, errorReply(id, ErrorCode.InvalidRequest, `fuze: ${reason}`));
      return false;
    }
    const run = this.options.runs.current();
    const since = this.options.now();
    return this.judge({ request, message, bytes, run, since });
  }

  /** The server answered a forwarded call. */
  answered(request: PendingRequest, answer: AnswerMessage): void {
    const { call } = request;
    if (call === undefined) return;
    const waiting = asksForInput(answer);
    const answered = this.outcomeOf(answer);
    const outcome = waiting ? inputRequired(answered) : answered;
    const cost = call.run.settle(call.decision.call, outcome);
    this.options.recorder.ended(call, outcome, cost, {
      outcome: waiting ? 'input_required' : outcome.kind === 'success' ? 'success' : 'failure',
      answer,
    });
    this.over(request);
  }

  /** The answer to a call that was given up came after all. */
  answeredLate({ call }: PendingRequest, answer: AnswerMessage): void {
    if (call !== undefined) call.run.correct(call.decision.call, this.outcomeOf(answer));
  }

  /** Nobody will know how this call ends: it timed out, was cancelled, or the server is gone. */
  abandon(request: PendingRequest, reason: UnknownReason): void {
    const { call } = request;
    if (call === undefined) {
      const held = this.held.take(request);
      if (held !== undefined) {
        const { message, run } = held;
        this.options.recorder.dropped(message, OUTCOME_OF_UNKNOWN[reason], reason, run.runId);
      }
      return;
    }
    const outcome = { kind: 'unknown', reason } as const;
    const cost = call.run.settle(call.decision.call, outcome);
    this.options.recorder.ended(call, outcome, cost, { outcome: OUTCOME_OF_UNKNOWN[reason] });
    this.over(request);
  }

  /** The answer to a call that took too long. */
  timeoutText({ call }: PendingRequest): string | undefined {
    if (call === undefined) return undefined;
    const hints = this.options.catalog.hints(call.message.tool);
    return timeoutReply(call, hints, this.options.settings().proxy.refuseWith);
  }

  private outcomeOf(answer: AnswerMessage): ReturnType<typeof outcomeOf> {
    return outcomeOf(answer, this.options.settings().providers);
  }

  private over(request: PendingRequest): void {
    this.options.deadlines.clear(request);
    this.options.runs.touch();
    if (request.call?.decision.call.settings.sideEffect === true) this.judgeHeld();
  }

  private judgeHeld(): void {
    for (const call of this.held.takeAll()) {
      if (this.judge(call)) this.options.forward(call.bytes);
    }
    this.held.rest();
  }

  private judge(held: HeldCall): boolean {
    const { request, message, run, since } = held;
    const { readOnly } = this.options.catalog.hints(message.tool);
    const { tool, args, argsBytes } = message;
    const decision = run.admit({ tool, args, argsBytes, readOnly });
    const { call } = decision;
    switch (decision.action) {
      case 'allow':
      case 'warn':
        request.held = false;
        request.call = {
          message: this.options.recorder.keep(message, held.bytes.length),
          run,
          decision,
          arrivedAt: since,
        };
        this.options.deadlines.start(request, call.settings.timeout, message.meta.progressToken);
        this.options.recorder.warned(decision.warnings, call);
        if (decision.shadow !== undefined) this.noteTrip(decision.shadow, run);
        return true;
      case 'wait':
        if (this.options.now() - since < call.settings.timeout) {
          request.held = true;
          this.held.add(held);
        } else {
          this.refuse(held, decision);
        }
        return false;
      case 'replay':
      case 'refuse':
      case 'kill':
        this.noteTrip(decision, run);
        this.refuse(held, decision);
        return false;
    }
  }

  private noteTrip(stop: Stopped, run: Run): void {
    if ((stop.action === 'refuse' || stop.action === 'kill') && stop.newTrip !== undefined) {
      this.options.onTrip(stop.newTrip, run);
    }
  }

  private refuse({ request, message, since }: HeldCall, stop: Stopped): void {
    this.options.recorder.stopped(message, stop, since);
    const { tool, runId } = stop.call;
    const { check, reason, details } = stop.verdict;
    // Spread last below: V8 gives a copy that begins with a spread a shape of its own, and those pile up.
    const note = { check, reason, tool, runId, details };
    const as = this.options.settings().proxy.refuseWith;
    switch (stop.action) {
      case 'replay': {
        const reply = replayReply(message, { action: 'replay', ...note }, stop.verdict.result);
        this.options.answer(request, reply);
        return;
      }
      case 'wait': {
        const advice = 'It was not sent again. Check whether it took effect before you repeat it.';
        const reply = refusalReply(message, { action: 'refuse', ...note }, advice, as);
        this.options.answer(request, reply);
        return;
      }
      case 'refuse':
      case 'kill': {
        const { action, tripId, verdict } = stop;
        const reply = refusalReply(message, { action, tripId, ...note }, verdict.advice, as);
        this.options.answer(request, reply);
        if (action === 'kill' || check === 'killed') this.options.onKill();
        return;
      }
    }
  }
}
