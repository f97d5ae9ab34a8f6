import type { CallOutcome, UnderWay } from '../evidence/trace-payload.js';
import type { TraceWriter } from '../evidence/trace-writer.js';
import type { Stopped, Verdict } from '../guard/decision.js';
import type { CanonicalHash } from '../guard/identity.js';
import type { RunStatusReport } from '../guard/run-status.js';
import type { JudgedCall, Outcome } from '../guard/tool-call.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import type { CallObserver } from './call-observer.js';
import { type CallFacts, CallRecords, type CallRecordsOptions } from './call-records.js';
import { type KeptMessage, MessageKeeper } from './kept-message.js';
import type { Log } from './log.js';
import type { OpenCall } from './open-call.js';
import { ShadowTally } from './shadow-tally.js';
import { writeStderr } from './stderr.js';
import { decisionOfPass, decisionOfStop } from './trace-decision.js';
import { OUTCOME_OF_UNKNOWN } from './unknown-outcome.js';

/** What the recorder writes to and how much of it. */
export interface RecorderOptions extends CallRecordsOptions {
  /** Undefined where no trace is wanted. */
  readonly trace: TraceWriter | undefined;
  readonly log: Log;
  readonly verbose: boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly hash: CanonicalHash;
  /** Whether decisions are only recorded; then the end of a run tells what they would have stopped. */
  readonly shadow: boolean;
  /** Undefined where nobody counts. */
  readonly observer: CallObserver | undefined;
}

/** Writes down what became of every call: into the trace, and on stderr where that is wanted. */
export class Recorder {
  private tally = new ShadowTally();
  private readonly records: CallRecords;
  private readonly keeper: MessageKeeper;
  /** Whether anybody wants to know of calls that passed. */
  private readonly isHeard: boolean;
  /** What `prepare` has not seen yet. */
  private admitted: { readonly message: KeptMessage; readonly call: JudgedCall }[] = [];

  constructor(private readonly options: RecorderOptions) {
    const { trace, capture, verbose, observer } = options;
    this.isHeard = trace !== undefined || verbose || observer !== undefined;
    this.records = new CallRecords(options);
    this.keeper = new MessageKeeper(verbose || (trace !== undefined && capture === 'full'));
  }

  /** Whether what the client sees must be in the trace before. */
  get comesFirst(): boolean {
    return this.options.trace !== undefined;
  }

  /** What to hold of the message of a call that is forwarded, until `ended`. */
  keep(message: CallMessage, call: JudgedCall): KeptMessage {
    const kept = this.keeper.keep(message);
    if (this.comesFirst) this.admitted.push({ message: kept, call });
    return kept;
  }

  /** Makes what the records of forwarded calls will need, while the server is at work on them. */
  prepare(): void {
    if (this.admitted.length === 0) return;
    for (const { message, call } of this.admitted) message.argsHash = call.argsHash;
    this.admitted = [];
  }

  /** A forwarded call that ends. `cost` in micro-dollars; `answer` is undefined where nobody saw one. */
  ended(call: OpenCall, outcome: Outcome, cost: number, answer?: AnswerMessage): void {
    const { message, decision } = call;
    this.keeper.letGo(message);
    const { shadow } = decision;
    if (shadow !== undefined) this.tally.add({ tool: message.tool, ...shadow.verdict });
    else this.tally.add(undefined);
    if (!this.isHeard) return;
    const known = outcome.kind === 'unknown' ? OUTCOME_OF_UNKNOWN[outcome.reason] : outcome.kind;
    const errorClass = outcome.kind === 'failure' ? outcome.errorClass : undefined;
    this.forwarded(call, known, cost, answer, errorClass);
  }

  /** A forwarded call that has an answer and goes on: it is charged when it ends. */
  underWay(call: OpenCall, outcome: UnderWay, answer: AnswerMessage): void {
    this.forwarded(call, outcome, 0, answer);
  }

  runEnded(status: RunStatusReport): void {
    this.options.log.info('run ended', status);
    const text = this.options.shadow ? this.tally.text() : undefined;
    if (text !== undefined) writeStderr(`fuze: ${text}\n`);
    this.tally = new ShadowTally();
  }

  /** A call that was not forwarded. */
  stopped(message: CallMessage, stop: Stopped, arrivedAt: number): void {
    this.write({
      message,
      runId: stop.call.runId,
      argsHash: stop.call.argsHash,
      arrivedAt,
      decision: decisionOfStop(stop),
      outcome: stop.action === 'replay' ? 'replayed' : 'refused',
      cost: 0,
      settings: stop.call.settings,
    });
  }

  /** A call that was refused before it could be judged, or given up while it was held. */
  dropped(message: CallMessage, outcome: CallOutcome, reason: string, runId = ''): void {
    this.write({
      message,
      runId,
      argsHash: this.hashOf(message),
      arrivedAt: this.options.now(),
      decision: { action: 'refuse', reason },
      outcome,
      cost: 0,
    });
  }

  trip(tripId: string, verdict: Verdict, { runId, tool }: JudgedCall): void {
    const { check, reason } = verdict;
    this.options.log.warn(`tripped: ${reason}`, { tripId, check, tool, runId });
    const timestamp = new Date().toISOString();
    this.options.trace?.append({ kind: 'trip', timestamp, tripId, check, reason, tool, runId });
  }

  /** A person let a run go on: in the trace before they are told so. */
  lifted(tripId: string, runId: string): void {
    this.options.log.warn('the run goes on, by fuze reset', { tripId, runId });
    const timestamp = new Date().toISOString();
    this.options.trace?.append({ kind: 'reset', timestamp, tripId, runId });
    this.flush();
  }

  /** What `on_loop = "warn"` let through. */
  warned(verdicts: readonly Verdict[], { runId, tool }: JudgedCall): void {
    for (const { check, reason } of verdicts) this.options.log.warn(reason, { check, tool, runId });
  }

  /** Brings everything taken so far to the kernel: before an answer is released. */
  flush(): void {
    this.options.trace?.flush();
  }

  private forwarded(
    { message, decision, arrivedAt }: OpenCall,
    outcome: CallOutcome,
    cost: number,
    answer: AnswerMessage | undefined,
    errorClass?: string,
  ): void {
    const { runId, settings } = decision.call;
    this.write({
      message,
      runId,
      argsHash: message.argsHash ?? decision.call.argsHash,
      arrivedAt,
      decision: decisionOfPass(decision),
      outcome,
      cost,
      settings,
      answer,
      errorClass,
    });
  }

  private hashOf({ tool, args }: CallMessage): string {
    try {
      return this.options.hash({ tool, arguments: args });
    } catch {
      // Nested too deeply to be hashed; the record still tells the tool.
      return '';
    }
  }

  private write(facts: CallFacts): void {
    const { trace, verbose, log, observer } = this.options;
    if (!this.isHeard) return;
    const { message, runId, decision, outcome, cost } = facts;
    const duration = Math.round((this.options.now() - facts.arrivedAt) * 1_000) / 1_000;
    observer?.observe({ outcome, decision, cost, durationMs: duration });
    if (verbose) {
      const args = this.records.argsOf(message);
      log.debug('call', { tool: message.tool, args, runId, decision, outcome, duration });
    }
    trace?.append(this.records.of(facts, duration));
  }
}
