import type { Outcome } from '../guard/tool-call.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import type { OpenCall } from './open-call.js';
import type { PendingRequest } from './pending-requests.js';

/**
 * Whether the client may have an answer before its call is settled: it ends the call, and no effect waits for it. The
 * next call is judged after both in any case.
 */
export function maySettleLater(
  { decision }: OpenCall,
  taskId: string | undefined,
  { resultMembers }: AnswerMessage,
): boolean {
  return (
    taskId === undefined &&
    !decision.call.settings.sideEffect &&
    !resultMembers.has('resultType') &&
    !resultMembers.has('task')
  );
}

/** An answer on its way to the client. */
export interface ReleasedAnswer {
  readonly request: PendingRequest;
  readonly answer: AnswerMessage;
  /** What the trace tells of it, where there is one. */
  readonly outcome?: Outcome | undefined;
}

/** Answers that go to their clients first and are settled behind that, in the order of their arrival. */
export class ReleasedAnswers {
  private waiting: ReleasedAnswer[] = [];

  constructor(private readonly settle: (released: ReleasedAnswer) => void) {}

  add(released: ReleasedAnswer): void {
    this.waiting.push(released);
  }

  /** Settles all of them: before anything else is accounted for. True when there was any. */
  settleAll(): boolean {
    const { waiting } = this;
    if (waiting.length === 0) return false;
    this.waiting = [];
    for (const released of waiting) this.settle(released);
    return true;
  }
}
