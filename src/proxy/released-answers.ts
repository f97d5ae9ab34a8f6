import type { AnswerMessage } from '../jsonrpc/server-message.js';
import type { PendingRequest } from './pending-requests.js';

/**
 * Whether the client may have an answer before its call is settled: it ends the call, and no effect waits for it. The
 * next call is judged after both in any case.
 */
export function maySettleLater(
  { call, taskId }: PendingRequest,
  { resultMembers }: AnswerMessage,
): boolean {
  return (
    call !== undefined &&
    taskId === undefined &&
    !call.decision.call.settings.sideEffect &&
    !resultMembers.has('resultType') &&
    !resultMembers.has('task')
  );
}

/** Answers that go to their clients first and are settled behind that, in the order of their arrival. */
export class ReleasedAnswers {
  private waiting: { readonly request: PendingRequest; readonly answer: AnswerMessage }[] = [];

  constructor(private readonly settle: (request: PendingRequest, answer: AnswerMessage) => void) {}

  add(request: PendingRequest, answer: AnswerMessage): void {
    this.waiting.push({ request, answer });
  }

  /** Settles all of them: before anything else is accounted for. True when there was any. */
  settleAll(): boolean {
    const { waiting } = this;
    if (waiting.length === 0) return false;
    this.waiting = [];
    for (const { request, answer } of waiting) this.settle(request, answer);
    return true;
  }
}
