import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '../jsonrpc/framing.js';
import type { IdKey, RequestId } from '../jsonrpc/id.js';
import { answerTo, type FoundAnswer } from './answers-in.js';
import { backoffDelay } from './backoff.js';
import type { Renewal } from './handshake.js';
import type { HttpFailure } from './http-failure.js';
import { brokenLoss } from './http-loss.js';
import { HttpPost } from './http-post.js';
import {
  idsOf,
  type OutgoingMessage,
  type OutgoingRequest,
  opensSession,
} from './outgoing-message.js';
import { QueuedUpstream } from './queued-upstream.js';
import type { OpenedSession } from './session-renewal.js';
import { ChannelError, SseChannel } from './sse-channel.js';
import type { Loss } from './transport.js';
import { within } from './within.js';

/** How long a server may take to say that it has a message, before the next goes. */
const ACKNOWLEDGE_MS = 5_000;
/** To open a lost stream again while nobody asks for it; after that, the next message does. */
const MAX_ATTEMPTS = 6;

/** A server over HTTP+SSE (MCP 2024-11-05), as one client sees it. */
export class SseUpstream extends QueuedUpstream {
  private readonly waiting = new Map<IdKey, OutgoingRequest>();
  private channel: SseChannel | undefined;
  private paused = false;

  pause(): void {
    this.paused = true;
    this.channel?.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.channel?.resume();
  }

  protected async shut(): Promise<void> {
    this.channel?.close();
  }

  protected async deliver(message: OutgoingMessage): Promise<void> {
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

  protected async transmit(message: OutgoingMessage, isRepeated: boolean): Promise<void> {
    try {
      this.channel ??= await this.openChannel((frames) => this.take(frames));
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      this.report(idsOf(message.requests), error.loss);
      return;
    }
    for (const request of message.requests) this.waiting.set(request.id.key, request);
    await this.post(this.channel, message, (loss, failure) => {
      const ids = this.forget(message);
      if (failure?.status !== 404 || isRepeated) this.report(ids, loss);
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
    lost: (loss: Loss, failure: HttpFailure | undefined) => void,
  ): Promise<void> {
    const { target, maxMessageBytes, headers } = this.options;
    const post = new HttpPost({
      target,
      path: channel.endpoint,
      maxMessageBytes,
      message: { ...message, requests: [] },
      headers: ['Content-Type', 'application/json', ...headers()],
      resume: undefined,
      messages: () => {},
      lost: (_, loss, failure) => lost(loss, failure),
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

  protected openAnew({ initialize, initialized }: Renewal): Promise<OpenedSession> {
    const [{ id }] = initialize.requests;
    return new Promise((resolve, reject) => {
      const use = async (channel: SseChannel): Promise<void> => {
        this.channel = channel;
        if (initialized !== undefined) await this.transmit(initialized, true);
      };
      const opening: Promise<SseChannel> = this.openChannel((frames) => {
        const answer = answerTo(id, frames);
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

  protected note(id: RequestId, { result }: FoundAnswer): void {
    const request = this.waiting.get(id.key);
    this.waiting.delete(id.key);
    if (request?.method === 'initialize') this.handshake.answered(result());
  }

  private forget({ requests }: OutgoingMessage): RequestId[] {
    return idsOf(requests).filter(({ key }) => this.waiting.delete(key));
  }
}
