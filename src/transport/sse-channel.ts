import type { Frame } from '../jsonrpc/framing.js';
import { frameOf } from './data-frame.js';
import type { ServerSentEvent } from './event-framer.js';
import { readFailure } from './http-failure.js';
import { errorLoss, statusLoss, unsentLoss } from './http-loss.js';
import { type AnswerReading, answerKind, readAnswer } from './read-answer.js';
import type { RemoteOptions } from './remote-options.js';
import type { Loss } from './transport.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import { UpstreamError } from './upstream-error.js';
import type { UpstreamRequest } from './upstream-request.js';

/** Why no channel could be opened. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';

  constructor(readonly loss: Loss) {
    super(loss.reason);
  }
}

export interface ChannelHooks {
  readonly messages: (frames: readonly Frame[]) => void;
  /** The stream ended, for a reason in words; not called when fuze closed it. */
  readonly ended: (reason: string) => void;
}

/** How long a server may take to name its endpoint. */
const ENDPOINT_MS = 10_000;
/** Longer ones are no path. */
const MAX_ENDPOINT_BYTES = 8_192;

/** One stream of HTTP+SSE (MCP 2024-11-05): what the server says comes by it, and where to POST as its first event. */
export class SseChannel {
  private readonly request: UpstreamRequest;
  private reading: AnswerReading | undefined;
  private path: string | undefined;
  private onEndpoint: (loss?: Loss) => void = () => {};
  private closed = false;

  private constructor(
    private readonly options: RemoteOptions,
    private readonly hooks: ChannelHooks,
  ) {
    const headers = ['Accept', 'text/event-stream', ...options.headers()];
    this.request = options.target.request({ method: 'GET', headers, repeatable: true });
  }

  /** Resolves when the server has named its endpoint; rejects with ChannelError. */
  static async open(options: RemoteOptions, hooks: ChannelHooks): Promise<SseChannel> {
    const channel = new SseChannel(options, hooks);
    const loss = await channel.endpointKnown();
    if (loss === undefined) return channel;
    channel.close();
    throw new ChannelError(loss);
  }

  /** Path and query to POST to. */
  get endpoint(): string {
    return this.path ?? '/';
  }

  pause(): void {
    this.reading?.pause();
  }

  resume(): void {
    this.reading?.resume();
  }

  close(): void {
    this.closed = true;
    this.request.abort();
  }

  private async endpointKnown(): Promise<Loss | undefined> {
    const where = this.options.target.shownUrl;
    let answer: UpstreamAnswer;
    try {
      answer = await this.request.response;
    } catch (error) {
      if (error instanceof UpstreamError) return errorLoss(error);
      throw error;
    }
    const { status } = answer;
    if (status !== 200 || answerKind(answer) !== 'events') {
      const isSuccess = status >= 200 && status < 300;
      if (!isSuccess) {
        const { said } = await readFailure(answer, this.options.maxMessageBytes);
        return { ...statusLoss(where, status, said), mayHaveRun: false };
      }
      const type = answer.header('content-type') ?? 'nothing';
      const reason = `the server at ${where} answered a GET with ${type}, not with a stream of events`;
      return unsentLoss(reason, 'no stream');
    }
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        const reason = `the server at ${where} opened a stream but named no endpoint in ${ENDPOINT_MS / 1_000} s`;
        resolve(unsentLoss(reason, 'no endpoint'));
      }, ENDPOINT_MS);
      this.onEndpoint = (loss) => {
        clearTimeout(late);
        resolve(loss);
      };
      this.reading = readAnswer(answer, this.options.maxMessageBytes, {
        message: () => {},
        events: (events) => this.take(events),
        other: () => {},
        ended: () => this.end('the server ended the stream'),
        broken: ({ message }) => this.end(`the stream broke: ${message}`),
      });
    });
  }

  private take(events: readonly ServerSentEvent[]): void {
    const frames: Frame[] = [];
    for (const { event, data, oversize } of events) {
      const content = oversize ?? data;
      if (event === 'endpoint' && data !== undefined) this.setEndpoint(data);
      else if (event === 'message' && content !== undefined && content.length > 0) {
        frames.push(frameOf(content));
      }
    }
    if (frames.length > 0 && !this.closed) this.hooks.messages(frames);
  }

  /** Anywhere else than at the origin that the user named, the user's token would go to a stranger. */
  private setEndpoint(data: Buffer): void {
    if (this.path !== undefined) return;
    const { url, shownUrl } = this.options.target;
    const text = data.toString('utf8', 0, MAX_ENDPOINT_BYTES).trim();
    const endpoint = URL.canParse(text, url.href) ? new URL(text, url) : undefined;
    if (endpoint?.origin === url.origin) {
      this.path = `${endpoint.pathname}${endpoint.search}`;
      this.onEndpoint();
      return;
    }
    const at = endpoint === undefined ? 'which is no URL' : `at ${endpoint.origin}`;
    const reason = `the server at ${shownUrl} wants messages sent to another origin, ${at}; fuze sends them nowhere but to ${url.origin}`;
    this.onEndpoint(unsentLoss(reason, 'foreign endpoint'));
  }

  private end(reason: string): void {
    if (this.closed) return;
    if (this.path !== undefined) {
      this.closed = true;
      this.hooks.ended(reason);
      return;
    }
    this.onEndpoint(unsentLoss(`${reason} before it named an endpoint`, 'no endpoint'));
  }
}
