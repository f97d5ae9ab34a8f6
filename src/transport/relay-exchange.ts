import { ErrorCode } from '../jsonrpc/error-code.js';
import type { IdKey } from '../jsonrpc/id.js';
import { errorReply } from '../jsonrpc/reply.js';
import type { AnswerHead } from './answer-head.js';
import type { Sender } from './answer-stream.js';
import { eventOf } from './event-text.js';
import type { HttpRequest } from './http-listener.js';
import { forwardedResponseHeaders, withoutHeader } from './proxied-headers.js';
import { answerKind } from './read-answer.js';
import type { Via } from './transport.js';

/** A server that does not speak HTTP as expected, or cannot be reached. */
const BAD_GATEWAY = 502;

/** A request to the server, and which of the client's it has in it. */
export interface PartAtServer {
  /** `key` as in `RequestId`. */
  has(key: IdKey): boolean;
  /** Whether somebody waits for what comes of it. */
  readonly isWanted: boolean;
  abort(): void;
}

/** One HTTP request of a client, on its way to an HTTP server and back. */
export class RelayExchange implements Via {
  readonly session: string | undefined;
  readonly runName: string | undefined;
  readonly connection: string;
  readonly isResumed: boolean;
  /** What is at the server. Nearly always that is one request; a call that was held has its own. */
  readonly atServer: PartAtServer[] = [];
  /** True once the server is to answer: then it is not for fuze to say how the request went. */
  isForwarded = false;
  /** True once a stream broke that its client can take up again: the reply ends without the answers that come then. */
  goesOnLater = false;
  /** Where it stands among those that the server has not answered; see `RelayExchanges`. */
  place: number | undefined;
  /** Requests that came this way, answered or not. */
  requests = 0;
  private readonly waiting: IdKey[] = [];
  private queue: (readonly Buffer[] | string)[] = [];
  /** A body in memory that is used again, and the pieces in which it came. */
  private lent: { readonly body: Buffer; readonly pieces: readonly Buffer[] } | undefined;
  private head: { readonly status: number; readonly headers: string[] } | undefined;
  private isCut = false;
  private status: number | undefined;

  constructor(
    readonly request: HttpRequest,
    sender: Sender,
    /** From 2026-07-28 on a client takes a request back by leaving. */
    readonly leavingCancels: boolean,
  ) {
    this.session = sender.session;
    this.runName = sender.runName;
    this.connection = sender.connection;
    this.isResumed = request.headers['last-event-id'] !== undefined;
  }

  /** True while a request that came this way waits for its answer. */
  get isOpen(): boolean {
    return this.waiting.length > 0;
  }

  /** The keys of those that wait. */
  get unanswered(): readonly IdKey[] {
    return this.waiting;
  }

  /** True while there is something to send that the client has not got yet. */
  get hasAnswers(): boolean {
    return this.queue.length > 0;
  }

  expect(key: IdKey): void {
    this.requests += 1;
    this.waiting.push(key);
  }

  settled(key: IdKey): void {
    const at = this.waiting.indexOf(key);
    if (at !== -1) this.waiting.splice(at, 1);
  }

  refused(): void {
    this.requests += 1;
  }

  malformed(): void {
    this.status = 400;
  }

  /** The server cannot be reached: what fuze says instead has the status for that. */
  unreachable(): void {
    this.status = BAD_GATEWAY;
  }

  /** Nothing more comes from the server: a stream ends, behind what is queued. */
  finish(): void {
    if (this.request.reply.begun && !this.hasAnswers) this.request.reply.end();
  }

  /** Gives up what is at the server. */
  abort(): void {
    // A copy, for those that end go from the list.
    for (const part of [...this.atServer]) part.abort();
  }

  /** Nobody waits for the rest of the server's answer. */
  cut(): void {
    this.isCut = true;
  }

  /** The head of the server's answer, for the body that follows. */
  answered(answer: AnswerHead): void {
    const { status, rawHeaders } = answer;
    // What fuze reads is passed on as read, no longer compressed.
    const isDecoded = answerKind(answer) !== 'other';
    const headers = forwardedResponseHeaders(rawHeaders, isDecoded);
    // A redirect that was not followed here would lead the client to the server past fuze.
    const leadsAway = answer.header('location') !== undefined;
    this.head = { status, headers: leadsAway ? withoutHeader(headers, 'location') : headers };
  }

  /** Of the server's answer, before any of it is passed on; `name` in small letters. */
  replaceHeader(name: string, value: string): void {
    if (this.head === undefined) return;
    const { status, headers } = this.head;
    this.head = { status, headers: [...withoutHeader(headers, name), name, value] };
  }

  /** The answer comes in pieces: passes its head on at once. */
  begin(): void {
    if (this.head !== undefined) this.request.reply.begin(this.head.status, this.head.headers);
  }

  /** The body that is about to be sent lies in memory that the next one takes: what goes out are its pieces. */
  lend(body: Buffer, pieces: readonly Buffer[]): void {
    this.lent = { body, pieces };
  }

  /** Queues a message; a buffer is an event or a body as the server sent it, text is fuze's own. */
  send(message: Buffer | string): void {
    if (typeof message === 'string') this.queue.push(message);
    else this.queue.push(message === this.lent?.body ? this.lent.pieces : [message]);
  }

  /** Lets out what is queued; a body goes out when nothing else is to come. */
  flush(): void {
    const { reply } = this.request;
    if (reply.begun) {
      for (const message of this.queue) {
        if (typeof message === 'string') reply.write(eventOf(message));
        else for (const piece of message) reply.write(piece);
      }
      this.queue = [];
      if (!this.isOpen && (this.atServer.length === 0 || this.isCut)) reply.end();
      return;
    }
    if (this.isOpen) return;
    const [answer] = this.queue;
    if (answer === undefined) {
      // Nothing was forwarded, and nothing is to be said: it was a notification that fuze kept.
      if (!this.isForwarded) reply.empty(this.status ?? 202);
    } else if (typeof answer === 'string' || this.head === undefined) {
      reply.json(this.status ?? 200, typeof answer === 'string' ? answer : Buffer.concat(answer));
    } else {
      reply.whole(this.head.status, answer, this.head.headers);
    }
    this.queue = [];
  }

  /** Passes on what is no message, as it is, behind what is queued. */
  passOn(event: Buffer): void {
    if (this.hasAnswers) this.queue.push([event]);
    else this.request.reply.write(event);
  }

  /** Passes the body of the server's answer on as it is, unless something was said already, or is about to be. */
  pass(body: readonly Buffer[]): void {
    const { head } = this;
    if (head !== undefined && !this.hasAnswers)
      this.request.reply.whole(head.status, body, head.headers);
  }

  /** Answers in place of a server that cannot, where no message waits for that. */
  fail(reason: string): void {
    const text = errorReply(null, ErrorCode.Refused, `fuze: ${reason}`);
    this.request.reply.json(this.status ?? BAD_GATEWAY, text);
  }
}
