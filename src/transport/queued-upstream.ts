import type { Frame } from '../jsonrpc/framing.js';
import type { RequestId } from '../jsonrpc/id.js';
import { cancelledNotification } from '../jsonrpc/reply.js';
import { answersIn, type FoundAnswer } from './answers-in.js';
import { Handshake, type Renewal } from './handshake.js';
import { unsentLoss } from './http-loss.js';
import { Outbox } from './outbox.js';
import { idsOf, type OutgoingMessage } from './outgoing-message.js';
import type { RemoteOptions, RemoteTransport } from './remote-options.js';
import { type OpenedSession, SessionRenewal } from './session-renewal.js';
import type { Loss, TransportHandler } from './transport.js';
import { within } from './within.js';

/** For the last messages to leave. */
const CLOSE_MS = 250;

/**
 * What the transports to a remote server have in common: messages leave one after the other, and a session
 * that the server has forgotten is opened anew.
 */
export abstract class QueuedUpstream implements RemoteTransport {
  protected readonly handshake = new Handshake();
  protected readonly renewal: SessionRenewal;
  protected closed = false;
  private readonly outbox: Outbox;
  private handler: TransportHandler | undefined;

  constructor(protected readonly options: RemoteOptions) {
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

  /** Up to 2025-11-25 the message goes to the server; from then on the request's stream is closed for it. */
  cancel(request: RequestId, reason: string): void {
    this.send(cancelledNotification(request.raw, reason));
  }

  flush(): void {
    this.outbox.flush();
  }

  get backlog(): number {
    return this.outbox.backlog;
  }

  end(): void {
    void this.close();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.outbox.flush();
    await within(this.outbox.empty(), CLOSE_MS);
    this.closed = true;
    await this.shut();
  }

  abstract pause(): void;
  abstract resume(): void;
  /** Resolves when the next message may go; never rejects. */
  protected abstract deliver(message: OutgoingMessage): Promise<void>;
  /** The same, of a message that may be sent as things stand. */
  protected abstract transmit(message: OutgoingMessage, isRepeated: boolean): Promise<void>;
  /** The handshake of before, in the place of the client. */
  protected abstract openAnew(renewal: Renewal): Promise<OpenedSession>;
  /** Takes note of a response before it is passed on. */
  protected abstract note(id: RequestId, answer: FoundAnswer): void;
  protected abstract shut(): Promise<void>;

  protected take(frames: readonly Frame[]): void {
    for (const answer of frames.flatMap(answersIn)) {
      if (answer.id !== undefined) this.note(answer.id, answer);
    }
    if (!this.closed) this.handler?.messages(frames);
  }

  protected report(ids: readonly RequestId[], loss: Loss): void {
    if (ids.length > 0 && !this.closed) this.handler?.lost(ids, loss);
  }
}
