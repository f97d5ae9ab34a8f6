import type { Stopped } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import type { UnknownReason } from '../guard/tool-call.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import { ErrorCode } from '../jsonrpc/error-code.js';
import { isObject } from '../jsonrpc/is-object.js';
import type { Line } from '../jsonrpc/line.js';
import { errorReply } from '../jsonrpc/reply.js';
import type { Member } from '../jsonrpc/scan.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import type { CallGuardOptions } from './call-guard-options.js';
import { CallRequest } from './call-request.js';
import { type HeldCall, HeldCalls } from './held-calls.js';
import type { PendingRequest } from './pending-requests.js';
import { maySettleLater, type ReleasedAnswer, ReleasedAnswers } from './released-answers.js';
import { runKey } from './run-key.js';
import { stopReply } from './stop-reply.js';
import { timeoutReply } from './timeout-reply.js';
import { OUTCOME_OF_UNKNOWN } from './unknown-outcome.js';

const FIRST_ROUND = { number: 1, state: undefined };

/** Leads every `tools/call` through the engine: in, on its way, and out. */
export class CallGuard {
  private readonly held: HeldCalls;
  private lastRunKey = '';
  /** To be settled as soon as they are on their way to the client. */
  readonly released = new ReleasedAnswers((released) => this.settle(released));

  constructor(private readonly options: CallGuardOptions) {
    this.held = new HeldCalls(() => options.turn(() => this.judgeHeld()));
  }

  /** Judges a call that just came in. True when its message is to be forwarded, else it is answered or held. */
  take(request: PendingRequest, message: CallMessage, sent: Pick<Line, 'raw'>): boolean {
    const { guard } = this.options.settings();
    if (guard.tool(message.tool).sideEffect && message.ambiguousArgs()) {
      const reason = 'an object in params.arguments has a member twice, and parsers disagree on it';
      this.options.recorder.dropped(message, 'refused', reason);
      const id = request.id.raw;
      this.options.answer(request, errorReply(id, ErrorCode.InvalidRequest, `fuze: ${reason}`));
      return false;
    }
    const key = runKey(request.via, message.meta);
    const continued = this.goOn(request, message, sent, key);
    if (continued !== undefined) return continued;
    this.lastRunKey = key;
    const run = this.options.runs.current(key);
    const since = this.options.now();
    return this.judge({ request, message, sent, run, runKey: key, since });
  }

  /** The run of the last call, while it is open: what the server does without being asked is on its account. */
  get lastRun(): Run | undefined {
    return this.options.runs.open(this.lastRunKey);
  }

  /** A forwarded call, or a request about the task of one, has its answer: settled now, or behind its release. */
  answered(request: PendingRequest, answer: AnswerMessage): void {
    const { call, taskId } = request;
    this.options.deadlines.clear(request);
    if (call !== undefined && maySettleLater(call, taskId, answer)) {
      const outcome = this.options.settler.recordFirst(call, answer);
      this.released.add({ request, answer, outcome });
      return;
    }
    this.released.settleAll();
    this.settle({ request, answer });
  }

  private settle({ request, answer, outcome }: ReleasedAnswer): void {
    const { longCalls, settler } = this.options;
    const { call, taskId, method } = request;
    if (taskId !== undefined) longCalls.taskAnswered(method, taskId, answer);
    if (call === undefined) return;
    if (outcome !== undefined) settler.settle(call, outcome);
    else if (!longCalls.keep(call, answer)) settler.answered(call, answer);
    this.over(request);
  }

  /** The answer to a request that was given up came after all. */
  answeredLate(request: PendingRequest, answer: AnswerMessage): void {
    this.released.settleAll();
    const { longCalls, settler } = this.options;
    const { call } = request;
    if (call === undefined) this.answered(request, answer);
    else if (longCalls.isOutcome(call, answer)) settler.corrected(call, answer);
  }

  /** The client asks about a task, or sends it input. */
  asksOfTask(request: PendingRequest, taskId: string, params: unknown): void {
    request.taskId = taskId;
    if (request.method !== 'tasks/update' || !isObject(params)) return;
    this.options.longCalls.inputGiven(taskId, params.inputResponses);
  }

  /** The server sent a notification, which may tell of a task. */
  notified(method: string, bytes: Buffer, params: Member | undefined): void {
    this.released.settleAll();
    this.options.longCalls.notified(method, bytes, params);
  }

  /** Nobody will know how this call ends: it timed out, was cancelled, or the server is gone. */
  abandon(request: PendingRequest, reason: UnknownReason): void {
    this.released.settleAll();
    const { call } = request;
    if (call === undefined) {
      const held = this.held.take(request);
      if (held === undefined) return;
      const { message, run } = held;
      this.options.recorder.dropped(message, OUTCOME_OF_UNKNOWN[reason], reason, run.runId);
      return;
    }
    this.options.settler.abandoned(call, reason);
    this.over(request);
  }

  /** The call did not reach the server, or was turned away without being looked at. */
  failed(request: PendingRequest, errorClass: string): void {
    this.released.settleAll();
    const { call } = request;
    if (call === undefined) return;
    this.options.settler.failed(call, errorClass);
    this.over(request);
  }

  /** The answer to a call that took too long. */
  timeoutText({ call }: PendingRequest): string | undefined {
    if (call === undefined) return undefined;
    const hints = this.options.catalog.hints(call.message.tool);
    return timeoutReply(call, hints, this.options.settings().proxy.refuseWith);
  }

  /** Leads an earlier call on with its next round; undefined when the message is a call of its own. */
  private goOn(
    request: PendingRequest,
    message: CallMessage,
    sent: Pick<Line, 'raw'>,
    key: string,
  ): boolean | undefined {
    const { deadlines, longCalls, now, runs } = this.options;
    const here = runs.open(key);
    const waiting = longCalls.find(message, here);
    if (waiting === undefined) return undefined;
    const { run, decision } = waiting.call;
    const stop = run.resume(decision.call) ?? here?.resume(decision.call);
    if (stop !== undefined) {
      this.refuse({ request, message, sent, run, runKey: key, since: now() }, stop);
      return false;
    }
    request.call = longCalls.goOn(waiting, message);
    deadlines.start(request, decision.call.settings.timeout, message.meta.progressToken);
    return true;
  }

  private over(request: PendingRequest): void {
    this.options.deadlines.clear(request);
    if (request.call?.decision.call.settings.sideEffect === true) this.judgeHeld();
  }

  private judgeHeld(): void {
    for (const call of this.held.takeAll()) {
      if (this.judge(call)) this.options.forward(call.sent, call.request);
    }
    this.held.rest();
  }

  private judge(held: HeldCall): boolean {
    const { request, message, run, runKey, since } = held;
    const { readOnly } = this.options.catalog.hints(message.tool);
    const decision = run.admit(new CallRequest(message, readOnly));
    const { call } = decision;
    switch (decision.action) {
      case 'allow':
      case 'warn':
        request.held = false;
        request.call = {
          message: this.options.recorder.keep(message, call),
          run,
          runKey,
          decision,
          arrivedAt: since,
          round: FIRST_ROUND,
        };
        this.options.deadlines.start(request, call.settings.timeout, message.meta.progressToken);
        this.options.recorder.warned(decision.warnings, call);
        if (decision.shadow !== undefined) this.noteTrip(decision.shadow, run);
        return true;
      case 'wait':
        if (this.options.now() - since < call.settings.timeout) {
          if (request.held) this.held.putBack(held);
          else this.held.add(held);
          request.held = true;
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
    if (stop.action === 'kill' || stop.verdict.check === 'killed') this.options.onKill();
  }
}
