import { errorClass } from '../guard/error-class.js';
import type { Run } from '../guard/run.js';
import type { Outcome, UnknownReason } from '../guard/tool-call.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import type { CallSettler } from './call-settler.js';
import { digest, meterAnswers, type Question, readQuestion } from './input-question.js';
import { LONGEST_WAIT_MS } from './longest-wait.js';
import type { ModelUseOptions } from './model-use.js';
import type { OpenCall } from './open-call.js';
import type { TaskState } from './task-messages.js';

interface OpenTask {
  readonly call: OpenCall;
  /** What ends it when nothing else does. */
  timer: NodeJS.Timeout;
  /** How it ended, or will end, as far as is known while its result is still to come. */
  ending: Outcome | undefined;
  /** What it asks the client for meanwhile. */
  question: Question | undefined;
}

/** Tasks that run; above it the oldest is given up. */
const MAX_TASKS = 1_000;
/** Side effects whose task ended without a known outcome: their result may come later. */
const MAX_UNKNOWN = 256;
/** How long a result may take to be fetched after the task is said to have ended. */
const RESULT_WAIT_MS = 5_000;

/** The outcome of a task that is said to have ended, before anybody has seen its result. */
function outcomeUnseen(taskId: string, failed: boolean, said: string): Outcome {
  // A hash of its own: what was not seen is the same as nothing.
  const answer = { resultHash: digest(taskId), size: 0, text: () => said };
  return failed
    ? { ...answer, kind: 'failure', errorClass: errorClass(said) }
    : { ...answer, kind: 'success', result: () => undefined };
}

/** The calls whose task runs. Each is settled once, when its task ends. Tasks are named by the server: one book for each. */
export class OpenTasks {
  private readonly byId = new Map<string, OpenTask>();
  private readonly unknown = new Map<string, OpenCall>();

  constructor(
    private readonly settler: CallSettler,
    private readonly use: ModelUseOptions,
  ) {}

  /** The server answered the call with a task that lives for `ttl` milliseconds. */
  add(call: OpenCall, taskId: string, ttl = LONGEST_WAIT_MS): void {
    this.abandonTask(taskId, 'given up');
    const timer = this.after(Math.min(ttl, LONGEST_WAIT_MS), taskId, 'timeout');
    this.byId.set(taskId, { call, timer, ending: undefined, question: undefined });
    const [oldest] = this.byId.keys();
    if (this.byId.size > MAX_TASKS && oldest !== undefined) this.abandonTask(oldest, 'given up');
  }

  /** The server told of a task. */
  told(taskId: string, { status, statusMessage, answer, text }: TaskState): void {
    switch (status) {
      case 'completed':
      case 'failed':
        if (answer !== undefined) this.answered(taskId, answer);
        else {
          const failed = status === 'failed';
          this.awaitResult(taskId, outcomeUnseen(taskId, failed, statusMessage ?? ''));
        }
        break;
      case 'cancelled':
        this.abandonTask(taskId, 'cancelled');
        break;
      case 'input_required': {
        const task = this.byId.get(taskId);
        // Asked again at every poll: what is answered already is not to be paid twice.
        if (task !== undefined) task.question ??= readQuestion(text);
      }
    }
  }

  /** The result of the task, or its error, is here. */
  answered(taskId: string, answer: AnswerMessage): void {
    const call = this.take(taskId)?.call;
    if (call !== undefined) {
      this.settler.answered(call, answer);
      return;
    }
    const unknown = this.unknown.get(taskId);
    if (unknown === undefined) return;
    this.unknown.delete(taskId);
    this.settler.corrected(unknown, answer);
  }

  /** The server took note that the client wants no more of it; whether it stops is seen afterwards, or not at all. */
  cancelAsked(taskId: string): void {
    this.awaitResult(taskId, { kind: 'unknown', reason: 'cancelled' });
  }

  /** True when a failure of this task was told: then an error is what the call brought. */
  hasFailed(taskId: string): boolean {
    return this.byId.get(taskId)?.ending?.kind === 'failure';
  }

  /** The client answers what the task asked for. */
  inputGiven(taskId: string, inputResponses: unknown): void {
    const task = this.byId.get(taskId);
    if (task?.question === undefined) return;
    meterAnswers(task.question, inputResponses, task.call.run, this.use);
  }

  /** Nobody will tell the end of these tasks, of all or of one run; those that are said to have ended have. */
  abandon(reason: UnknownReason, run?: Run): void {
    for (const [taskId, { call }] of this.byId) {
      if (run === undefined || call.run === run) this.end(taskId, reason);
    }
  }

  private awaitResult(taskId: string, ending: Outcome): void {
    const task = this.byId.get(taskId);
    if (task === undefined) return;
    // The first word starts the clock, or a client that polls on would keep it from ending.
    if (task.ending === undefined) {
      clearTimeout(task.timer);
      task.timer = this.after(RESULT_WAIT_MS, taskId, 'given up');
    }
    if (task.ending === undefined || task.ending.kind === 'unknown') task.ending = ending;
  }

  private after(milliseconds: number, taskId: string, reason: UnknownReason): NodeJS.Timeout {
    const end = (): void => {
      this.end(taskId, reason);
      this.settler.flush();
    };
    return setTimeout(end, milliseconds).unref();
  }

  private end(taskId: string, reason: UnknownReason): void {
    const ending = this.byId.get(taskId)?.ending;
    if (ending === undefined || ending.kind === 'unknown') {
      this.abandonTask(taskId, ending?.reason ?? reason);
    } else {
      const task = this.take(taskId);
      if (task !== undefined) this.settler.ended(task.call, ending);
    }
  }

  private abandonTask(taskId: string, reason: UnknownReason): void {
    const call = this.take(taskId)?.call;
    if (call === undefined) return;
    this.settler.abandoned(call, reason);
    if (call.decision.call.settings.sideEffect) this.unknown.set(taskId, call);
    const [oldest] = this.unknown.keys();
    if (this.unknown.size > MAX_UNKNOWN && oldest !== undefined) this.unknown.delete(oldest);
  }

  private take(taskId: string): OpenTask | undefined {
    const task = this.byId.get(taskId);
    if (task === undefined) return undefined;
    clearTimeout(task.timer);
    this.byId.delete(taskId);
    return task;
  }
}
