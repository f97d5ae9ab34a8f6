import type { Frame } from '../jsonrpc/framing.js';
import type { IdKey, RequestId } from '../jsonrpc/id.js';
import { frameOf } from './data-frame.js';
import { beginningOf, type HttpFailure, readFailure } from './http-failure.js';
import { brokenLoss, errorLoss, statusLoss } from './http-loss.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { type AnswerReading, answerKind, readAnswer } from './read-answer.js';
import { isRepeatable } from './repeatable-method.js';
import { ResumableStream } from './resumable-stream.js';
import type { Loss } from './transport.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import { UpstreamError } from './upstream-error.js';
import type { UpstreamRequest, UpstreamTarget } from './upstream-request.js';

/** Who hears what becomes of a POST. */
export interface PostHooks {
  /** Whether the message can be sent again after this failure, which then is not the answer. */
  readonly mayRepeat?: (failure: HttpFailure) => boolean;
  /** The server has taken the message. */
  readonly accepted?: () => void;
  readonly messages: (frames: readonly Frame[]) => void;
  /** The server turned the message away, or the way back broke: once, for what was open, which may be nothing. */
  readonly lost: (open: readonly RequestId[], loss: Loss, failure: HttpFailure | undefined) => void;
}

/** What a POST needs around it. */
export interface PostOptions extends PostHooks {
  readonly target: UpstreamTarget;
  readonly maxMessageBytes: number;
  /** Path and query, where they are not the target's. */
  readonly path?: string;
  readonly message: OutgoingMessage;
  /** Of the POST itself. */
  readonly headers: readonly string[];
  /** Asks for the rest of its stream; undefined where streams are not resumed. */
  readonly resume: ((lastEventId: string | undefined) => UpstreamRequest) | undefined;
}

/** One message that is POSTed, with the answers to the requests in it (MCP, Streamable HTTP, "Sending Messages"). */
export class HttpPost {
  /** Resolves when the server has taken or refused the message. */
  readonly acknowledged: Promise<void>;
  /** Resolves when nothing more is awaited from it. */
  readonly finished: Promise<void>;
  /** The session that the answer opened, if it did. */
  session: string | undefined;
  private readonly request: UpstreamRequest;
  private readonly open: Map<IdKey, RequestId>;
  private stream: ResumableStream | undefined;
  private reading: AnswerReading | undefined;
  private finish: () => void = () => {};
  private paused = false;
  private closed = false;
  private isGivenUp = false;

  constructor(private readonly options: PostOptions) {
    const { target, path, message, headers } = options;
    this.open = new Map(message.requests.map(({ id }) => [id.key, id]));
    this.finished = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.request = target.request({
      method: 'POST',
      ...(path === undefined ? {} : { path }),
      headers,
      body: message.bytes,
      repeatable: () => !this.isGivenUp && isRepeatable(message.method),
    });
    this.acknowledged = this.run();
  }

  get written(): Promise<void> {
    return this.request.written;
  }

  /** An answer came, on this stream or another. */
  settle(id: RequestId): void {
    if (this.open.delete(id.key) && this.open.size === 0) {
      this.stream?.settle();
      this.finish();
    }
  }

  /** Nobody waits for an answer any more, though one may come: it is not sent again. */
  giveUp(): void {
    this.isGivenUp = true;
  }

  /** The same, and none is to come. */
  abort(): void {
    this.closed = true;
    this.stream?.close();
    this.request.abort();
    this.open.clear();
    this.finish();
  }

  pause(): void {
    this.paused = true;
    this.reading?.pause();
    this.stream?.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.reading?.resume();
    this.stream?.resume();
  }

  private async run(): Promise<void> {
    try {
      await this.take(await this.request.response);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      this.lose(errorLoss(error), undefined);
    }
    if (this.open.size === 0) this.finish();
  }

  /** Resolves when it is clear whether the message was taken: what a failure says is in the body. */
  private async take(answer: UpstreamAnswer): Promise<void> {
    const { status } = answer;
    if (status < 200 || status >= 300) {
      this.takeFailure(await readFailure(answer, this.options.maxMessageBytes));
      return;
    }
    this.session = answer.header('mcp-session-id');
    this.options.accepted?.();
    if (answerKind(answer) === 'events') this.follow(answer);
    else this.readWhole(answer, status);
  }

  /** A status that is no success may come with the answer, which it then only repeats. */
  private takeFailure(failure: HttpFailure): void {
    const { frame, answers } = failure;
    const isAnswer = answers.some(({ id }) => id !== undefined && this.open.has(id.key));
    if (frame !== undefined && isAnswer && this.options.mayRepeat?.(failure) !== true) {
      this.options.messages([frame]);
    } else this.lose(statusLoss(this.where, failure.status, failure.said), failure);
  }

  private follow(answer: UpstreamAnswer): void {
    const { maxMessageBytes, resume, messages } = this.options;
    this.stream = new ResumableStream({
      maxMessageBytes,
      get: resume,
      needsEventId: true,
      messages,
      isDone: () => this.open.size === 0,
      lost: (reason) => this.lose(brokenLoss(reason), undefined),
    });
    if (this.paused) this.stream.pause();
    this.stream.read(this.request, answer);
  }

  /** A body that is no stream: the answers, or nothing where there was nothing to answer. */
  private readWhole(answer: UpstreamAnswer, status: number): void {
    const { maxMessageBytes, message, messages } = this.options;
    let said = '';
    this.reading = readAnswer(answer, maxMessageBytes, {
      message: (body) => {
        const frame = frameOf(body);
        said = beginningOf(frame);
        if (message.requests.length > 0) messages([frame]);
      },
      events: () => {},
      other: (snippet) => {
        said = snippet;
      },
      ended: () => {
        const what = said === '' ? 'nothing in it' : `no answer in it, but: ${said.slice(0, 300)}`;
        this.loseOpen(`the server at ${this.where} answered HTTP ${status} with ${what}`);
      },
      broken: ({ message: cause }) =>
        this.loseOpen(`the answer of the server at ${this.where} broke off: ${cause}`),
    });
    if (this.paused) this.reading.pause();
  }

  private loseOpen(reason: string): void {
    if (this.open.size > 0) this.lose(brokenLoss(reason), undefined);
  }

  private lose(loss: Loss, failure: HttpFailure | undefined): void {
    if (this.closed) return;
    this.closed = true;
    const open = [...this.open.values()];
    this.open.clear();
    this.options.lost(open, loss, failure);
    this.finish();
  }

  private get where(): string {
    return this.options.target.shownUrl;
  }
}
