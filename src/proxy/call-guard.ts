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

import type { RunKeeper } from './run-keeper.js';
import { runKey } from './run-key.js';
import { stopReply } from './stop-reply.js';
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
  /** Sends a call that was held to the server. */
  readonly forward: (bytes: Buffer, request: PendingRequest) => void;
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
  private lastRunKey = '';

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
    const key = runKey(request.via, message.meta);
    this.lastRunKey = key;
    const run = this.options.runs.current(key);
    const since = this.options.now();
    return this.judge({ request, message, bytes, run, runKey: key, since });
  }

  /** The run of the last call, while it is open: what the server does without being asked is on its account. */
  get lastRun(): Run | undefined {
    return this.options.runs.open(this.lastRunKey);
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

  /** The call did not reach the server, or was turned away without being looked at. */
  failed(request: PendingRequest, errorClass: string): void {
    const { call } = request;
    if (call === undefined) return;
    const outcome: Outcome = {
      kind: 'failure',
      errorClass,
      resultHash: '',
      size: 0,
      text: () => errorClass,
    };
    const cost = call.run.settle(call.decision.call, outcome);
    this.options.recorder.ended(call, outcome, cost, { outcome: 'failure' });
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
    if (request.call !== undefined) this.options.runs.touch(request.call.runKey);
    if (request.call?.decision.call.settings.sideEffect === true) this.judgeHeld();
  }

  private judgeHeld(): void {
    for (const call of this.held.takeAll()) {
      if (this.judge(call)) this.options.forward(call.bytes, call.request);
    }
    this.held.rest();
  }

  private judge(held: HeldCall): boolean {
    const { request, message, run, runKey, since } = held;
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
          runKey,
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
    const { refuseWith } = this.options.settings().proxy;
    this.options.answer(request, stopReply(message, stop, refuseWith));
    const isKill = stop.action === 'kill' || stop.verdict.check === 'killed';
    if (isKill && stop.action !== 'wait' && stop.action !== 'replay') this.options.onKill();
  }
}
