import type { Settings } from '../config/settings.js';
import type { UnderWay } from '../evidence/trace-payload.js';
import type { Outcome, UnknownReason } from '../guard/tool-call.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import type { AnswerDigest } from './answer-digest.js';
import { outcomeOf } from './answer-outcome.js';
import type { OpenCall } from './open-call.js';
import type { Recorder } from './recorder.js';

/** Ends calls: on the account of their run, and in the trace. Whoever ends a call has taken it from where it waited. */
export class CallSettler {
  constructor(
    private readonly recorder: Recorder,
    private readonly providers: () => Settings['providers'],
    private readonly digest: AnswerDigest,
    /** Hears of every call that has ended. */
    private readonly onEnd: (call: OpenCall) => void,
  ) {}

  answered(call: OpenCall, answer: AnswerMessage): void {
    this.settle(call, this.record(call, answer));
  }

  /** Where there is a trace, writes down how a call ends that is settled after that, and returns it. */
  recordFirst(call: OpenCall, answer: AnswerMessage): Outcome | undefined {
    return this.recorder.comesFirst ? this.record(call, answer) : undefined;
  }

  /** On the account of its run: the call was recorded. */
  settle(call: OpenCall, outcome: Outcome): void {
    call.run.settle(call.decision.call, outcome);
    this.onEnd(call);
  }

  /** The call did not reach the server, or was turned away without being looked at. */
  failed(call: OpenCall, errorClass: string): void {
    const answer = { resultHash: '', size: 0, text: () => errorClass };
    this.ended(call, { ...answer, kind: 'failure', errorClass });
  }

  /** Nobody will know how the call ends. */
  abandoned(call: OpenCall, reason: UnknownReason): void {
    this.ended(call, { kind: 'unknown', reason });
  }

  /** The outcome is known without an answer. */
  ended(call: OpenCall, outcome: Outcome): void {
    this.note(call, outcome);
    this.settle(call, outcome);
  }

  /** The answer to a call that was settled as unknown came after all. */
  corrected({ run, decision }: OpenCall, answer: AnswerMessage): void {
    run.correct(decision.call, outcomeOf(answer, this.providers(), this.digest));
  }

  /** The call has an answer and goes on. */
  underWay(call: OpenCall, how: UnderWay, answer: AnswerMessage): void {
    this.recorder.underWay(call, how, answer);
  }

  /** For what ends a call outside a turn, such as a clock: nothing else would bring its record to the file. */
  flush(): void {
    this.recorder.flush();
  }

  private record(call: OpenCall, answer: AnswerMessage): Outcome {
    const outcome = outcomeOf(answer, this.providers(), this.digest);
    this.note(call, outcome, answer);
    return outcome;
  }

  private note(call: OpenCall, outcome: Outcome, answer?: AnswerMessage): void {
    this.recorder.ended(call, outcome, call.run.costOf(call.decision.call, outcome), answer);
  }
}
