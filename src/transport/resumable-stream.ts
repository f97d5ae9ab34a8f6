import type { Frame } from '../jsonrpc/framing.js';
import { backoffDelay } from './backoff.js';
import { frameOf } from './data-frame.js';
import type { ServerSentEvent } from './event-framer.js';
import { type AnswerReading, answerKind, readAnswer } from './read-answer.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamRequest } from './upstream-request.js';

export interface StreamOptions {
  readonly maxMessageBytes: number;
  /** Asks for the stream by GET, from after this event on; undefined where its end is final. */
  readonly get: ((lastEventId: string | undefined) => UpstreamRequest) | undefined;
  /** Whether it can only be asked for from an event on. */
  readonly needsEventId: boolean;
  readonly messages: (frames: readonly Frame[]) => void;
  /** True when nothing more is awaited on it: then its end is no loss. */
  readonly isDone: () => boolean;
  /** Called once: it ended for good with something still awaited, for a reason in words. */
  readonly lost: (reason: string, isRefused: boolean) => void;
}

/** In a row, without an event in between. */
const MAX_ATTEMPTS = 6;
/** A server may ask for any time; nobody waits for an answer longer than this. */
const LONGEST_RETRY_MS = 60_000;
/** How long a server may keep a stream open on which nothing more is awaited. */
const LINGER_MS = 1_000;

/**
 * A stream of Server-Sent Events that survives its connections: one that ends is asked for again, after the
 * time that the server wants, from the last event on (MCP, Streamable HTTP, "Resumability and Redelivery").
 * There is never more than one connection at once.
 */
export class ResumableStream {
  private lastEventId: string | undefined;
  private retry: number | undefined;
  private attempts = 0;
  private reading: AnswerReading | undefined;
  private request: UpstreamRequest | undefined;
  private timer: NodeJS.Timeout | undefined;
  private paused = false;
  private over = false;

  constructor(private readonly options: StreamOptions) {}

  /** Reads on from an answer that is a stream. */
  read(request: UpstreamRequest, answer: UpstreamAnswer): void {
    if (this.over) {
      request.abort();
      return;
    }
    this.request = request;
    this.reading = readAnswer(answer, this.options.maxMessageBytes, {
      message: () => {},
      events: (events) => this.take(events),
      other: () => {},
      ended: () => this.again('the server ended the stream before the answer'),
      broken: ({ message }) => this.again(`the stream broke before the answer: ${message}`),
    });
    if (this.paused) this.reading.pause();
  }

  /** Opens it by GET; resolves when the server has answered that, in whatever way. */
  async open(): Promise<void> {
    const request = this.over ? undefined : this.options.get?.(this.lastEventId);
    if (request === undefined) return;
    this.request = request;
    let answer: UpstreamAnswer;
    try {
      answer = await request.response;
    } catch (error) {
      this.again(error instanceof Error ? error.message : String(error));
      return;
    }
    const { status } = answer;
    if (status === 200 && answerKind(answer) === 'events') {
      this.read(request, answer);
      return;
    }
    answer.discard();
    const reason = `the stream could not be resumed: the server answered HTTP ${status}`;
    // 409: it has not noticed yet that the last connection is gone.
    if (status >= 500 || status === 409 || status === 429) this.again(reason);
    else this.fail(reason, true);
  }

  pause(): void {
    this.paused = true;
    this.reading?.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.reading?.resume();
  }

  close(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.request?.abort();
  }

  /** Nothing more is awaited on it; the server closes it, or fuze does. */
  settle(): void {
    if (this.over) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), LINGER_MS);
    this.timer.unref();
  }

  private take(events: readonly ServerSentEvent[]): void {
    if (this.over) return;
    this.attempts = 0;
    const frames: Frame[] = [];
    for (const { id, retry, event, data, oversize } of events) {
      this.lastEventId = id ?? this.lastEventId;
      this.retry = retry ?? this.retry;
      const content = oversize ?? data;
      // An event without data only carries the id or the retry.
      if (event === 'message' && content !== undefined && content.length > 0) {
        frames.push(frameOf(content));
      }
    }
    if (frames.length > 0) this.options.messages(frames);
  }

  private again(reason: string): void {
    if (this.over) return;
    if (this.options.isDone()) {
      this.close();
      return;
    }
    const { get, needsEventId } = this.options;
    this.attempts += 1;
    if (get === undefined || (needsEventId && this.lastEventId === undefined)) this.fail(reason);
    else if (this.attempts > MAX_ATTEMPTS) this.fail(`${reason} (after ${MAX_ATTEMPTS} attempts)`);
    else {
      const wanted = Math.min(this.retry ?? 0, LONGEST_RETRY_MS);
      // The server's time is a minimum; what comes on top keeps many clients apart.
      const extra = this.attempts === 1 && this.retry !== undefined ? 0 : this.attempts;
      const delay = wanted + (extra === 0 ? 0 : backoffDelay(extra, Math.random()));
      this.timer = setTimeout(() => void this.open(), delay);
    }
  }

  private fail(reason: string, isRefused = false): void {
    if (this.over) return;
    this.close();
    this.options.lost(reason, isRefused);
  }
}
