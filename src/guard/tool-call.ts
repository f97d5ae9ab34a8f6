import type { Micros, ToolSettings } from '../config/settings.js';
import type { CallKey } from './call-key.js';
import type { HistoryEntry } from './history.js';
import type { Question } from './question.js';

/** A call as the caller states it. */
export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Bytes of the arguments as they came, where the caller knows. */
  readonly argsBytes?: number | undefined;
  /** The arguments as RFC 8785 writes them, where the caller has that text. */
  readonly canonicalArgs?: string | undefined;
  /** What the server's annotations say; a server can lie, so true may make a check stricter, never laxer. */
  readonly readOnly?: boolean | undefined;
  /** What holds for this call, where it is not looked up by the tool's name. */
  readonly settings?: ToolSettings | undefined;
  /** A call, ended as a failure, that this one tries again: the loop checks see one call in the two, every other check two. */
  readonly retryOf?: JudgedCall | undefined;
}

/**
 * What a run remembers with a call while it is open. It lies on the call and not in maps beside it: V8 keeps what
 * goes through a map that is filled and emptied all the time until the next full collection, and memory swells.
 */
export interface CallNotes {
  /** True from its admission to its settlement. */
  open: boolean;
  /** Its place in the history, where it has one. */
  entry: HistoryEntry | undefined;
  /** What it asks in words, once somebody wanted to know. */
  question: Question | 'none' | undefined;
}

/** A call with everything that the checks compare by. */
export interface JudgedCall extends ToolCall {
  /** Empty once the call is admitted, where they are large: what looks at them afterwards does without. */
  readonly args: ToolCall['args'];
  readonly runId: string;
  readonly key: CallKey;
  /** Hex SHA-256 over tool and arguments, ignored members left out. Made when asked for. */
  readonly argsHash: string;
  readonly settings: ToolSettings;
  /** When it was judged, in monotonic milliseconds. */
  readonly at: number;
  /** For its run alone. */
  readonly notes: CallNotes;
}

/** How an admitted call ended. `resultHash` is over the bytes of the answer. */
export type Outcome =
  | (Answer & {
      readonly kind: 'success';
      /** JSON text of the result; asked for only where it must be kept. Undefined where nobody saw it. */
      readonly result: () => string | undefined;
      /** What the call really cost, where that is known. */
      readonly cost?: Micros;
    })
  | (Answer & { readonly kind: 'failure'; readonly errorClass: string })
  | { readonly kind: 'unknown'; readonly reason: UnknownReason };

/** What the checks may ask of an answer. */
export interface Answer {
  readonly resultHash: string;
  /** Bytes of the result or error. */
  readonly size: number;
  /**
   * What it says, without the wrapping; asked for only where a check needs to read it, and while the call is being
   * settled.
   */
  readonly text: () => string;
  /**
   * Keeps the JSON text, of a longer one so many bytes from its beginning, and returns how to read later what it says;
   * undefined where that cannot be told from its beginning. Where there is no such way, `text` can be asked at any time.
   */
  readonly keep?: ((bytes: number) => (() => string) | undefined) | undefined;
}

/** Why nobody knows whether a call took effect. */
export type UnknownReason =
  | 'timeout'
  | 'cancelled'
  | 'server exited'
  | 'connection lost'
  /** It waited for its client too long, or too many waited with it. */
  | 'given up'
  | 'fuze stopped';
