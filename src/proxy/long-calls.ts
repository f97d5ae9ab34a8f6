import type { CanonicalHash } from '../guard/identity.js';
import type { Run } from '../guard/run.js';
import type { UnknownReason } from '../guard/tool-call.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import { type Member, valueText } from '../jsonrpc/scan.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import { asksForInput } from './answer-outcome.js';
import type { CallSettler } from './call-settler.js';
import { digest, meterAnswers, readQuestion } from './input-question.js';
import { InputRounds, type WaitingCall } from './input-rounds.js';
import { nextMessage } from './kept-message.js';
import type { ModelUseOptions } from './model-use.js';
import type { OpenCall } from './open-call.js';
import { OpenTasks } from './open-tasks.js';
import {
  createdTask,
  errorCodeOf,
  readTask,
  relatedTask,
  type TaskState,
} from './task-messages.js';

/**
 * Errors by which a server refuses a request about a task; they say nothing of the call. JSON-RPC 2.0, section 5.1:
 * invalid request, method not found, invalid params (an unknown task). MCP: the client lacks the capability.
 */
const REFUSES_REQUEST: ReadonlySet<number> = new Set([-32600, -32601, -32602, -32021]);

/** Methods by which a server tells of a task without being asked, of 2025-11-25 and of the extension. */
const TASK_NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/tasks/status',
  'notifications/tasks',
]);

/**
 * The calls that outlive their first answer: those that wait for the client, and those that go on as a task. One for
 * each server, for the next round or the next poll may come over another connection than the call.
 */
export class LongCalls {
  private readonly rounds: InputRounds;
  private readonly tasks: OpenTasks;

  constructor(
    private readonly settler: CallSettler,
    hash: CanonicalHash,
    private readonly use: ModelUseOptions,
  ) {
    this.rounds = new InputRounds(settler, hash);
    this.tasks = new OpenTasks(settler, use);
  }

  /** True when the answer to a call does not end it: then it is kept until it ends. */
  keep(call: OpenCall, answer: AnswerMessage): boolean {
    const asks = asksForInput(answer);
    const task = asks ? undefined : createdTask(answer, call.message.asTask);
    if (!asks && task === undefined) return false;
    this.settler.underWay(call, asks ? 'input_required' : 'task', answer);
    if (task?.taskId !== undefined) {
      this.tasks.add(call, task.taskId, task.ttl);
      return true;
    }
    const { bytes, result } = answer;
    const question = asks && result ? readQuestion(valueText(bytes, result)) : undefined;
    // A question without anything to answer, or a task without a name: nothing can continue it.
    if (question === undefined) this.settler.abandoned(call, 'given up');
    else this.rounds.wait(call, question);
    return true;
  }

  /** Whether an answer that comes too late tells the outcome of its call. */
  isOutcome(call: OpenCall, answer: AnswerMessage): boolean {
    return !asksForInput(answer) && createdTask(answer, call.message.asTask) === undefined;
  }

  /** The call that a message continues, see `InputRounds.find`. */
  find(message: CallMessage, here: Run | undefined): WaitingCall | undefined {
    return this.rounds.find(message, here);
  }

  /** The call goes on with its next round. */
  goOn(waiting: WaitingCall, message: CallMessage): OpenCall {
    this.rounds.take(waiting);
    const { call, question } = waiting;
    const { inputResponses, requestState } = message.round ?? {};
    meterAnswers(question, inputResponses, call.run, this.use);
    const state = typeof requestState === 'string' ? digest(requestState) : undefined;
    const round = { number: call.round.number + 1, state };
    return { ...call, message: nextMessage(call.message, message), round };
  }

  /** The client sends input to a task. */
  inputGiven(taskId: string, inputResponses: unknown): void {
    this.tasks.inputGiven(taskId, inputResponses);
  }

  /** The server answered a request about a task. */
  taskAnswered(method: string, taskId: string, answer: AnswerMessage): void {
    if (method === 'tasks/result') {
      this.resultOf(taskId, answer);
      return;
    }
    const task = readTask(answer.bytes, answer.result);
    if (task === undefined || (method !== 'tasks/get' && method !== 'tasks/cancel')) return;
    this.told(taskId, task);
    if (method === 'tasks/cancel') this.tasks.cancelAsked(taskId);
  }

  /** The server sent a notification. */
  notified(method: string, bytes: Buffer, params: Member | undefined): void {
    if (!TASK_NOTIFICATIONS.has(method)) return;
    const task = readTask(bytes, params);
    if (task?.taskId !== undefined) this.told(task.taskId, task);
  }

  /** The server or fuze goes, or one run has ended. */
  abandon(reason: UnknownReason, run?: Run): void {
    this.rounds.abandon(reason, run);
    this.tasks.abandon(reason, run);
  }

  private told(taskId: string, task: TaskState): void {
    // What is told of another task than was asked for ends neither.
    if ((task.taskId ?? taskId) === taskId) this.tasks.told(taskId, task);
  }

  private resultOf(taskId: string, answer: AnswerMessage): void {
    if ((relatedTask(answer) ?? taskId) !== taskId) return;
    const code = errorCodeOf(answer);
    const refused = code !== undefined && REFUSES_REQUEST.has(code);
    if (!refused || this.tasks.hasFailed(taskId)) this.tasks.answered(taskId, answer);
  }
}
