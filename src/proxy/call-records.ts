import { microsToUsd } from '../config/money.js';
import type { ToolSettings } from '../config/settings.js';
import { canonicalPieces } from '../evidence/canonical-pieces.js';
import { ReadyJson } from '../evidence/ready-json.js';
import { createRedactor } from '../evidence/redact.js';
import type { SecretNames } from '../evidence/secret-names.js';
import type { CallOutcome, CallRecord, TraceDecision } from '../evidence/trace-payload.js';
import { parseExact } from '../jsonrpc/exact-numbers.js';
import { type Member, valueText } from '../jsonrpc/scan.js';
import { finderFor } from '../jsonrpc/scanned-memory.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import { sha256 } from './answer-digest.js';
import { hashAnswer } from './answer-hash.js';
import type { KeptMessage } from './kept-message.js';
import { TextResults } from './text-result.js';
import type { ToolHints } from './tool-catalog.js';

/** What is known of a call when it is written down. */
export interface CallFacts {
  readonly message: Pick<KeptMessage, 'id' | 'tool' | 'args' | 'canonicalArgs'>;
  readonly runId: string;
  readonly argsHash: string;
  /** Monotonic milliseconds. */
  readonly arrivedAt: number;
  readonly decision: TraceDecision;
  readonly outcome: CallOutcome;
  /** Micro-dollars. */
  readonly cost: number;
  /** Undefined where the call was not judged. */
  readonly settings?: ToolSettings | undefined;
  /** Undefined where nobody saw one. */
  readonly answer?: AnswerMessage | undefined;
  readonly errorClass?: string | undefined;
}

export interface CallRecordsOptions {
  readonly capture: 'full' | 'hash';
  /** Named so, members are redacted. */
  readonly secrets: SecretNames;
  readonly hints: (tool: string) => ToolHints;
}

/** Smaller results are parsed faster than looked at, but for those of one text. */
const LARGE_BYTES = 200;

/**
 * A result that stands whole in its record, nothing of it redacted, stands there without its hash: equal ones look
 * equal there too, and to hash a large one takes as long as to hash all of its record.
 */
function resultHashOf(answer: AnswerMessage, shown: unknown): string | undefined {
  return shown instanceof ReadyJson ? undefined : hashAnswer(answer, sha256);
}

const NOT_SHOWN: { readonly result?: unknown; readonly error?: unknown } = {};

/** Makes the records of calls for the trace. */
export class CallRecords {
  private stampedAt = 0;
  private stamp = '';

  private readonly redact: (value: unknown) => unknown;
  private readonly texts: TextResults;

  constructor(private readonly options: CallRecordsOptions) {
    this.redact = createRedactor(options.secrets);
    this.texts = new TextResults(options.secrets);
  }

  /** `duration` in milliseconds. */
  of(facts: CallFacts, duration: number): CallRecord {
    const { message, settings } = facts;
    const full = this.options.capture === 'full';
    const { readOnly, destructive } = this.options.hints(message.tool);
    const { result, error } = full ? this.answerOf(facts.answer) : NOT_SHOWN;
    // Written out: spreads would cost more than all the rest.
    return {
      args: full ? this.argsOf(message) : undefined,
      argsHash: facts.argsHash,
      callId: message.id?.raw ?? 'null',
      cost: microsToUsd(facts.cost),
      decision: facts.decision,
      duration_ms: duration,
      error,
      errorClass: facts.errorClass,
      estimate: settings === undefined ? undefined : microsToUsd(settings.estimatedCost),
      hints: readOnly || destructive ? { readOnly, destructive } : undefined,
      kind: 'call',
      outcome: facts.outcome,
      result,
      resultHash: facts.answer && resultHashOf(facts.answer, result),
      runId: facts.runId,
      sideEffect: settings?.sideEffect === true ? true : undefined,
      timestamp: this.timestamp(),
      tool: message.tool,
    };
  }

  /** The arguments as records show them. */
  argsOf({ args, canonicalArgs }: CallFacts['message']): unknown {
    if (canonicalArgs !== undefined) {
      return this.options.secrets.mayStandIn(canonicalArgs)
        ? this.redact(JSON.parse(canonicalArgs))
        : new ReadyJson([canonicalArgs]);
    }
    return args === undefined ? '[not kept]' : this.redact(args);
  }

  /** Calls of one millisecond share it: making it costs more than looking. */
  private timestamp(): string {
    const now = Date.now();
    if (now !== this.stampedAt) {
      this.stampedAt = now;
      this.stamp = new Date(now).toISOString();
    }
    return this.stamp;
  }

  private answerOf(answer: AnswerMessage | undefined): { result?: unknown; error?: unknown } {
    if (answer === undefined) return NOT_SHOWN;
    const { bytes, result, error } = answer;
    return {
      result: result && (this.ready(answer, result) ?? this.shown(bytes, result)),
      error: error && this.shown(bytes, error),
    };
  }

  /** A result in the bytes in which it came, where it need be neither redacted nor spelled in another way. */
  private ready(
    { bytes, resultMembers }: AnswerMessage,
    { valueStart, valueEnd }: Member,
  ): ReadyJson | undefined {
    const text = this.texts.canonical(bytes, valueStart, valueEnd);
    if (text !== undefined) return new ReadyJson(text);
    // What differs from another by its `_meta` alone must stand there without its hash like that one.
    if (valueEnd - valueStart < LARGE_BYTES && !resultMembers.has('_meta')) return undefined;
    const find = finderFor(bytes.buffer);
    const pieces = canonicalPieces(bytes, valueStart, valueEnd, this.options.secrets, find);
    return pieces && new ReadyJson(pieces);
  }

  private shown(bytes: Buffer, member: Member): unknown {
    try {
      return this.redact(parseExact(valueText(bytes, member)));
    } catch {
      // Not as text: what cannot be read cannot be redacted either.
      return '[unreadable]';
    }
  }
}
