import type { RequestId } from '../jsonrpc/id.js';
import type { FoundAnswer } from './answers-in.js';
import type { Renewal } from './handshake.js';
import type { HttpFailure } from './http-failure.js';
import { unsentLoss } from './http-loss.js';
import type { HttpPost } from './http-post.js';
import { HttpSender } from './http-sender.js';
import { HttpSession } from './http-session.js';
import { InFlight } from './in-flight.js';
import { listTools } from './list-tools.js';
import { ListenStream } from './listen-stream.js';
import { idsOf, type OutgoingMessage, opensSession } from './outgoing-message.js';
import { QueuedUpstream } from './queued-upstream.js';
import type { RemoteOptions } from './remote-options.js';
import type { OpenedSession } from './session-renewal.js';
import { ToolHeaders } from './tool-headers.js';
import type { Loss } from './transport.js';
import { within } from './within.js';

/** Statuses with which a server of the older transport answers a POST (MCP, "Backwards Compatibility"). */
const FOREIGN = [400, 404, 405];
/** How long a server may take to acknowledge a message that has no answer, before the next goes. */
const ACKNOWLEDGE_MS = 5_000;
/** How long the stream of the server's own messages may take to open, before the next message goes. */
const LISTEN_MS = 1_000;
/** For the end of the session. */
const DELETE_MS = 250;

/** MCP 2026-07-28: headers and body do not fit, and the request was not looked at further. */
const HEADER_MISMATCH = -32020;

/** Who wants to know whether a server speaks this transport. */
export interface Recognition {
  /** It has taken a message. */
  readonly native: () => void;
  /** It seems not to know the transport; the message counts as not sent, and nothing is told of it otherwise. */
  readonly foreign: (loss: Loss) => void;
}

/** A server over Streamable HTTP (MCP, revisions 2025-03-26 to 2026-07-28), as one client sees it. */
export class HttpUpstream extends QueuedUpstream {
  private readonly tools = new ToolHeaders();
  private readonly inFlight = new InFlight();
  private readonly session: HttpSession;
  private readonly sender: HttpSender;
  private readonly listening: ListenStream;
  private isNative = false;

  constructor(
    options: RemoteOptions,
    private readonly recognition?: Recognition,
  ) {
    super(options);
    this.session = new HttpSession(this.handshake, this.tools, options.headers);
    this.sender = new HttpSender(options, this.session);
    this.listening = new ListenStream({
      maxMessageBytes: options.maxMessageBytes,
      get: (lastEventId) => this.sender.get(lastEventId),
      messages: (frames) => this.take(frames),
    });
  }

  pause(): void {
    this.inFlight.pause();
    this.listening.pause();
  }

  resume(): void {
    this.inFlight.resume();
    this.listening.resume();
  }

  protected async shut(): Promise<void> {
    this.listening.close();
    this.inFlight.abort();
    if (this.session.id === undefined) return;
    // A server need not let clients end a session: 405 is an answer as good as any.
    const { response } = this.sender.delete();
    await within(response, DELETE_MS);
  }

  protected async deliver(message: OutgoingMessage): Promise<void> {
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

  protected async transmit(message: OutgoingMessage, isRepeated: boolean): Promise<void> {
    const isHandshake = opensSession(message);
    if (isHandshake) {
      this.listening.close();
      this.session.id = undefined;
    }
    const session = message.claim === undefined ? this.session.id : undefined;
    const isStale = (failure?: HttpFailure): boolean =>
      failure?.status === 404 && session !== undefined && !isRepeated;
    // Another call may have them listed by the time that this one is turned away.
    const knowsTools = this.tools.hasList;
    const isBare = (failure?: HttpFailure): boolean =>
      !isRepeated && !knowsTools && isHeaderMismatch(message, failure);
    const post: HttpPost = this.sender.post(message, {
      mayRepeat: (failure) => isStale(failure) || isBare(failure),
      accepted: () => {
        this.isNative = true;
        this.recognition?.native();
      },
      messages: (frames) => {
        // Before the client can answer: its next message belongs to the session.
        if (isHandshake) this.session.id = post.session;
        this.take(frames);
      },
      lost: (open, loss, failure) => {
        const ours = this.inFlight.takeAll(open, post);
        if (isStale(failure)) this.renewal.add(message, session === this.session.id);
        else if (isBare(failure)) void this.learnHeaders(message);
        else if (this.isForeign(failure)) this.recognition?.foreign(loss);
        else this.report(ours, loss);
      },
    });
    this.inFlight.add(post, message);
    // Version and session of all that follows are in the answer to a handshake.
    if (isHandshake) await post.finished;
    else if (message.requests.length > 0) await post.written;
    else await within(post.acknowledged, ACKNOWLEDGE_MS);
    if (this.handshake.isComplete && !this.closed) await within(this.listening.open(), LISTEN_MS);
  }

  protected async openAnew({ initialize, initialized }: Renewal): Promise<OpenedSession> {
    const { answer, session } = await this.sender.ask(initialize);
    const use = async (): Promise<void> => {
      this.listening.close();
      this.session.id = session;
      if (initialized !== undefined) await this.transmit(initialized, true);
    };
    return { result: answer.result(), use };
  }

  protected note(id: RequestId, answer: FoundAnswer): void {
    const request = this.inFlight.take(id);
    if (request === undefined) return;
    if (request.method === 'tools/list') this.tools.note(answer.result());
    else if (request.method === 'initialize') this.handshake.answered(answer.result());
    request.post.settle(id);
  }

  /** Lists the tools in the place of a client that did not, and sends the call again. */
  private async learnHeaders(message: OutgoingMessage): Promise<void> {
    const ask = async (request: OutgoingMessage): Promise<FoundAnswer> =>
      (await this.sender.ask(request)).answer;
    try {
      if (!this.tools.hasList) {
        for await (const result of listTools(message, ask)) this.tools.note(result);
      }
    } catch {
      // What the server says to the call the second time tells more than this.
    }
    this.tools.hasList = true;
    if (!this.closed) await this.transmit(message, true);
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

  private isForeign(failure: HttpFailure | undefined): boolean {
    if (failure === undefined || this.recognition === undefined || this.isNative) return false;
    return FOREIGN.includes(failure.status) && failure.answers.length === 0;
  }
}

/** True when a call was turned away for headers that, maybe, only a list of the tools can tell. */
function isHeaderMismatch({ claim, method }: OutgoingMessage, failure?: HttpFailure): boolean {
  const isCall = claim !== undefined && method === 'tools/call';
  return isCall && failure?.answers[0]?.error()?.code === HEADER_MISMATCH;
}
