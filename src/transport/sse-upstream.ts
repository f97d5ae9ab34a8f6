import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '../jsonrpc/framing.js';
import type { RequestId } from '../jsonrpc/id.js';
import { cancelledNotification } from '../jsonrpc/reply.js';
import { answersIn, type FoundAnswer } from './answers-in.js';
import { backoffDelay } from './backoff.js';
import { Handshake, type Renewal } from './handshake.js';
import { brokenLoss, unsentLoss } from './http-loss.js';
import { HttpPost, type Rejection } from './http-post.js';
import { Outbox } from './outbox.js';
import { idsOf, type OutgoingMessage, opensSession } from './outgoing-message.js';
import type { RemoteOptions, RemoteTransport } from './remote-options.js';
import { type OpenedSession, SessionRenewal } from './session-renewal.js';
import { ChannelError, SseChannel } from './sse-channel.js';
import type { Loss, TransportHandler } from './transport.js';
import { within } from './within.js';

const ACKNOWLEDGE_MS = 5_000;
const CLOSE_MS = 250;
/** To open a lost stream again while nobody asks for it; after that, the next message does. */
const MAX_ATTEMPTS = 6;

interface Waiting {
  readonly id: RequestId;
  readonly method: string;
}

/** A server over HTTP+SSE (MCP 2024-11-05), as one client sees it. */
export class SseUpstream implements RemoteTransport {
  private readonly handshake = new Handshake();
  private readonly waiting = new Map<string, Waiting>();
  private readonly outbox: Outbox;
  private readonly renewal: SessionRenewal;
  private handler: TransportHandler | undefined;
  private channel: SseChannel | undefined;
  private paused = false;
  private closed = false;

  constructor(private readonly options: RemoteOptions) {
    this.outbox = new Outbox(
      (message) => this.deliver(message),
      () => this.handler?.drained(),
    );
    this.renewal = new SessionRenewal(this.handshake, {
      open: (renewal) => this.openAnew(renewal),
      repeat: (message) => this.transmit(message, true),
      refuse: ({ requests }, reason) =>
        this.report(idsOf(requests), unsentLoss(reason, 'session lost')),
    });
  }

  start(handler: TransportHandler): void {
    this.handler = handler;
  }

  send(message: Buffer | string): void {
    this.outbox.add(message);
  }

  cancel(request: RequestId, reason: string): void {
    this.send(cancelledNotification(request.raw, reason));
  }

  flush(): void {
    this.outbox.flush();
  }

  get backlog(): number {
    return this.outbox.backlog;
  }

  pause(): void {
    this.paused = true;
    this.channel?.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.channel?.resume();
  }

  end(): void {
    void this.close();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.outbox.flush();
    await within(this.outbox.empty(), CLOSE_MS);
    this.closed = true;
    this.channel?.close();
  }

  private async deliver(message: OutgoingMessage): Promise<void> {
    await this.renewal.running;
    if (this.closed) return;
    if (opensSession(message)) {
      this.channel?.close();
      this.channel = undefined;
    } else if (this.channel === undefined && this.handshake.version !== undefined) {
      this.renewal.add(message, true);
      await this.renewal.running;
      return;
    }
    if (message.cancels !== undefined) this.waiting.delete(message.cancels.key);
    this.handshake.sent(message);
    await this.transmit(message, false);
  }

  private async transmit(message: OutgoingMessage, isRepeated: boolean): Promise<void> {
    try {
      this.channel ??= await this.openChannel((frames) => this.take(frames));
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      this.report(idsOf(message.requests), error.loss);
      return;
    }
    for (const request of message.requests) this.waiting.set(request.id.key, request);
    await this.post(this.channel, message, (loss, rejection) => {
      const ids = this.forget(message);
      if (rejection?.status !== 404 || isRepeated) this.report(ids, loss);
      else {
        this.channel?.close();
        this.channel = undefined;
        this.renewal.add(message, true);
      }
    });
  }

  /** Resolves when the server has taken the message, or has not; the answers come by the stream. */
  private async post(
    channel: SseChannel,
    message: OutgoingMessage,
    lost: (loss: Loss, rejection: Rejection | undefined) => void,
  ): Promise<void> {
    const { target, maxMessageBytes, headers } = this.options;
    const post = new HttpPost({
      target,
      path: channel.endpoint,
      maxMessageBytes,
      message: { ...message, requests: [] },
      headers: ['Content-Type', 'application/json', ...headers()],
      resume: undefined,
      isStale: () => false,
      messages: () => {},
      lost: (_, loss, rejection) => lost(loss, rejection),
    });
    await within(post.acknowledged, ACKNOWLEDGE_MS);
  }

  private async openChannel(messages: (frames: readonly Frame[]) => void): Promise<SseChannel> {
    const channel: SseChannel = await SseChannel.open(this.options, {
      messages,
      ended: (reason) => this.channelEnded(channel, reason),
    });
    if (this.paused) channel.pause();
    return channel;
  }

  private channelEnded(channel: SseChannel, reason: string): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    const ids = [...this.waiting.values()].map(({ id }) => id);
    this.waiting.clear();
    this.report(ids, brokenLoss(`${reason} before the answer`));
    if (this.handshake.version !== undefined) void this.recover();
  }

  private async recover(): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      await sleep(backoffDelay(attempt, Math.random()));
      if (this.closed || this.channel !== undefined) return;
      await this.renewal.start();
    }
  }

  private openAnew({ initialize, initialized }: Renewal): Promise<OpenedSession> {
    const [{ id }] = initialize.requests;
    return new Promise((resolve, reject) => {
      const use = async (channel: SseChannel): Promise<void> => {
        this.channel = channel;
        if (initialized !== undefined) await this.transmit(initialized, true);
      };
      const opening: Promise<SseChannel> = this.openChannel((frames) => {
        const answer = frames.flatMap(answersIn).find((one) => one.id?.key === id.key);
        if (answer === undefined) this.take(frames);
        else {
          void opening.then((channel) =>
            resolve({ result: answer.result(), use: () => use(channel) }),
          );
        }
      });
      opening
        .then((channel) =>
          this.post(channel, initialize, ({ reason }) => reject(new Error(reason))),
        )
        .catch(reject);
    });
  }

  private take(frames: readonly Frame[]): void {
    for (const answer of frames.flatMap(answersIn)) this.note(answer);
    this.handler?.messages(frames);
  }

  private note({ id, result }: FoundAnswer): void {
    const request = id && this.waiting.get(id.key);
    if (id === undefined || request === undefined) return;
    this.waiting.delete(id.key);
    if (request.method === 'initialize') this.handshake.answered(result());
  }

  private forget({ requests }: OutgoingMessage): RequestId[] {
    return idsOf(requests).filter(({ key }) => this.waiting.delete(key));
  }

  private report(ids: readonly RequestId[], loss: Loss): void {
    if (ids.length > 0 && !this.closed) this.handler?.lost(ids, loss);
  }
}
