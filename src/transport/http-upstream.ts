import type { Frame } from '../jsonrpc/framing.js';
import type { RequestId } from '../jsonrpc/id.js';
import { cancelledNotification } from '../jsonrpc/reply.js';
import { answersIn, type FoundAnswer } from './answers-in.js';
import { Handshake, type Renewal } from './handshake.js';
import { unsentLoss } from './http-loss.js';
import { HttpPost, type PostHooks, type Rejection } from './http-post.js';
import { HttpSession } from './http-session.js';
import { InFlight } from './in-flight.js';
import { ListenStream } from './listen-stream.js';
import { Outbox } from './outbox.js';
import { idsOf, type OutgoingMessage, opensSession } from './outgoing-message.js';
import type { RemoteOptions, RemoteTransport } from './remote-options.js';
import { type OpenedSession, SessionRenewal } from './session-renewal.js';
import { ToolHeaders } from './tool-headers.js';
import type { Loss, TransportHandler } from './transport.js';
import type { UpstreamRequest } from './upstream-request.js';
import { within } from './within.js';

/** Statuses with which a server of the older transport answers a POST (MCP, "Backwards Compatibility"). */
const FOREIGN = [400, 404, 405];
/** How long a server may take to acknowledge a message that has no answer, before the next goes. */
const ACKNOWLEDGE_MS = 5_000;
/** How long the stream of the server's own messages may take to open, before the next message goes. */
const LISTEN_MS = 1_000;
/** For the last messages, and for the end of the session. */
const CLOSE_MS = 250;

/** A server over Streamable HTTP (MCP, revisions 2025-03-26 to 2026-07-28), as one client sees it. */
export class HttpUpstream implements RemoteTransport {
  private readonly handshake = new Handshake();
  private readonly tools = new ToolHeaders();
  private readonly inFlight = new InFlight();
  private readonly session: HttpSession;
  private readonly listening: ListenStream;
  private readonly renewal: SessionRenewal;
  private readonly outbox: Outbox;
  private handler: TransportHandler | undefined;
  private hasAnswered = false;
  private closed = false;

  /** `onForeign` is told, and not `lost`, when the server seems not to know this transport at all. */
  constructor(
    private readonly options: RemoteOptions,
    private readonly onForeign?: (loss: Loss) => void,
  ) {
    const { maxMessageBytes } = options;
    this.session = new HttpSession(this.handshake, this.tools, options.headers);
    this.listening = new ListenStream({
      maxMessageBytes,
      get: (lastEventId) => this.get(lastEventId),
      messages: (frames) => this.take(frames),
    });
    this.outbox = new Outbox(
      (message) => this.deliver(message),
      () => this.handler?.drained(),
    );
    this.renewal = new SessionRenewal(this.handshake, {
      open: (renewal) => this.openAnew(renewal),
      repeat: (message) => this.transmit(message, true),
      refuse: ({ requests }, reason) =>
        this.report(idsOf(requests), unsentLoss(reason, 'HTTP 404')),
    });
  }

  start(handler: TransportHandler): void {
    this.handler = handler;
  }

  send(message: Buffer | string): void {
    this.outbox.add(message);
  }

  /** Up to 2025-11-25 the message goes to the server; from then on `deliver` closes the request's stream for it. */
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
    this.inFlight.pause();
    this.listening.pause();
  }

  resume(): void {
    this.inFlight.resume();
    this.listening.resume();
  }

  end(): void {
    void this.close();
  }

  /** Sends what is left, ends the session and closes everything, within half a second. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.outbox.flush();
    await within(this.outbox.empty(), CLOSE_MS);
    this.closed = true;
    this.listening.close();
    this.inFlight.abort();
    if (this.session.id === undefined) return;
    // A server need not let clients end a session: 405 is an answer as good as any.
    const headers = this.session.ofDelete();
    const { response } = this.options.target.request({ method: 'DELETE', headers });
    await within(response, CLOSE_MS);
  }

  /** Resolves when the next message may go. */
  private async deliver(message: OutgoingMessage): Promise<void> {
    if (message.cancels !== undefined && this.aborts(message.cancels)) return;
    await this.renewal.running;
    const fault = message.claim === undefined ? undefined : this.tools.faultOf(message.tool);
    if (fault !== undefined) {
      const reason = `not sent, because a tool so declared must not be called over HTTP: ${fault}`;
      this.report(idsOf(message.requests), unsentLoss(reason, 'invalid tool'));
      return;
    }
    if (message.requests.length > 0) await this.inFlight.room();
    if (this.closed) return;
    this.handshake.sent(message);
    await this.transmit(message, false);
  }

  private async transmit(message: OutgoingMessage, isRepeated: boolean): Promise<void> {
    const isHandshake = opensSession(message);
    if (isHandshake) {
      this.listening.close();
      this.session.id = undefined;
    }
    const session = message.claim === undefined ? this.session.id : undefined;
    const post: HttpPost = this.post(message, {
      isStale: (status) => status === 404 && session !== undefined,
      messages: (frames) => this.take(frames),
      lost: (open, loss, rejection) => {
        const ours = this.inFlight.takeAll(open, post);
        const isStale = rejection?.status === 404 && session !== undefined;
        if (isStale && !isRepeated) this.renewal.add(message, session === this.session.id);
        else if (this.isForeign(rejection)) this.onForeign?.(loss);
        else this.report(ours, loss);
      },
    });
    this.inFlight.add(post, message);
    // Version and session of all that follows are in the answer.
    if (isHandshake) await post.finished;
    else if (message.requests.length > 0) await post.written;
    else await within(post.acknowledged, ACKNOWLEDGE_MS);
    if (isHandshake) this.session.id = post.session;
    if (this.handshake.isComplete && !this.closed) await within(this.listening.open(), LISTEN_MS);
  }

  private post(message: OutgoingMessage, hooks: PostHooks): HttpPost {
    const { target, maxMessageBytes } = this.options;
    const headers = this.session.ofPost(message);
    // Streams of 2026-07-28 cannot be resumed.
    const resume =
      message.claim === undefined
        ? (lastEventId: string | undefined) => this.get(lastEventId)
        : undefined;
    return new HttpPost({ target, maxMessageBytes, message, headers, resume, ...hooks });
  }

  private get(lastEventId: string | undefined): UpstreamRequest {
    const headers = this.session.ofGet(lastEventId);
    return this.options.target.request({ method: 'GET', headers, repeatable: true });
  }

  /** The handshake of before, in the place of the client. */
  private openAnew({ initialize, initialized }: Renewal): Promise<OpenedSession> {
    const [{ id }] = initialize.requests;
    return new Promise((resolve, reject) => {
      const post: HttpPost = this.post(initialize, {
        isStale: () => false,
        messages: (frames) => {
          const answer = frames.flatMap(answersIn).find((one) => one.id?.key === id.key);
          if (answer === undefined) return;
          post.settle(id);
          const use = async (): Promise<void> => {
            this.listening.close();
            this.session.id = post.session;
            if (initialized !== undefined) await this.transmit(initialized, true);
          };
          resolve({ result: answer.result(), use });
        },
        lost: (_, { reason }) => reject(new Error(reason)),
      });
    });
  }

  private take(frames: readonly Frame[]): void {
    this.hasAnswered = true;
    for (const answer of frames.flatMap(answersIn)) this.note(answer);
    this.handler?.messages(frames);
  }

  private note(answer: FoundAnswer): void {
    const request = answer.id && this.inFlight.take(answer.id);
    if (answer.id === undefined || request === undefined) return;
    if (request.method === 'tools/list') this.tools.note(answer.result());
    else if (request.method === 'initialize') this.handshake.answered(answer.result());
    request.post.settle(answer.id);
  }

  /** True for a request that is taken back by closing its stream (2026-07-28, "Cancellation"). */
  private aborts(id: RequestId): boolean {
    const request = this.inFlight.get(id);
    if (request?.isModern !== true) {
      this.inFlight.giveUp(id);
      return false;
    }
    this.inFlight.take(id);
    request.post.abort();
    return true;
  }

  private isForeign(rejection: Rejection | undefined): boolean {
    if (rejection === undefined || this.onForeign === undefined || this.hasAnswered) return false;
    return FOREIGN.includes(rejection.status) && !rejection.isJsonRpc;
  }

  private report(ids: readonly RequestId[], loss: Loss): void {
    if (ids.length > 0 && !this.closed) this.handler?.lost(ids, loss);
  }
}
