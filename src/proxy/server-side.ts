import { ErrorCode } from '../jsonrpc/error-code.js';
import type { Frame } from '../jsonrpc/framing.js';
import { type RequestId, readId } from '../jsonrpc/id.js';
import { isObject } from '../jsonrpc/is-object.js';
import { type Line, ReceivedLine } from '../jsonrpc/line.js';
import { readOversize } from '../jsonrpc/oversize.js';
import { errorReply } from '../jsonrpc/reply.js';
import { keyText, scanMembers, valueText } from '../jsonrpc/scan.js';
import {
  type AnswerMessage,
  readServerLine,
  readServerMessage,
  type ServerMessage,
} from '../jsonrpc/server-message.js';
import type { Via } from '../transport/transport.js';
import type { BatchAnswers } from './batch-answers.js';
import type { Exchange } from './exchange.js';
import type { PendingRequest } from './pending-requests.js';

/** Ids of unanswered requests of the server above this are forgotten: they only pause clocks. */
const MAX_SERVER_REQUESTS = 10_000;

/** Where a message of the server goes. */
interface Destination {
  /** The batch of the client that it answers. */
  readonly batch: BatchAnswers | undefined;
  /** How it goes to the client: as the server sent it, else as the request came. */
  readonly via: Via | undefined;
}

/** What comes from the server: accounted for, then passed to the client as it came. */
export class ServerSide {
  private warnedOfStray = false;

  constructor(private readonly exchange: Exchange) {}

  /** `via` is set where the server's own message is bound to a request of the client. */
  take(frame: Frame, via: Via | undefined): void {
    if (frame.kind === 'oversize') {
      this.dropOversize(frame, via);
      return;
    }
    const message =
      frame instanceof ReceivedLine ? readServerLine(frame) : readServerMessage(frame.body);
    if (message.kind === 'batch') {
      this.takeBatch(message.elements, frame, via);
      return;
    }
    // Nearly all are answers, and of a line with one no buffer is made.
    const to =
      message.kind === 'answer'
        ? this.takeAnswer(message, via)
        : this.account(message, frame.body, via);
    if (to === undefined) return;
    if (to.batch === undefined) this.exchange.toClient(frame, to.via);
    else to.batch.add(frame.body);
  }

  /** Accounts for one message; undefined when the client must not get it. */
  private account(
    message: ServerMessage,
    bytes: Buffer,
    via: Via | undefined,
  ): Destination | undefined {
    const { exchange } = this;
    switch (message.kind) {
      case 'answer':
        return this.takeAnswer(message, via);
      case 'request':
        if (exchange.serverRequests.size < MAX_SERVER_REQUESTS) {
          exchange.serverRequests.add(message.id.key);
        }
        if (message.method === 'sampling/createMessage') {
          const { params } = message;
          exchange.sampling.ask(message.id, params ? params.valueEnd - params.valueStart : 0);
        }
        return { batch: undefined, via };
      case 'notification':
        if (message.method === 'notifications/progress' && exchange.deadlines.watchesProgress) {
          const request = exchange.deadlines.progress(progressToken(message, bytes));
          if (request !== undefined) return { batch: undefined, via: via ?? request.via };
        }
        // The server takes a request of its own back; nobody will answer it, and the clocks run again.
        if (message.method === 'notifications/cancelled' && exchange.serverRequests.size > 0) {
          exchange.serverRequests.delete(cancelledId(message, bytes)?.key ?? '');
        }
        exchange.guard.notified(message.method, bytes, message.params);
        return { batch: undefined, via };
      case 'batch':
      case 'noise':
        exchange.noise(bytes);
        return undefined;
    }
  }

  private takeAnswer(message: AnswerMessage, via: Via | undefined): Destination | undefined {
    const request = this.answer(message, via);
    if (via?.isResumed === true) {
      // The reply that its batch waited for is gone. A call that has ended may have an answer that its client missed.
      request?.batch?.forget();
      return { batch: undefined, via };
    }
    return request && { batch: request.batch, via: via ?? request.via };
  }

  private answer(message: AnswerMessage, via: Via | undefined): PendingRequest | undefined {
    const { exchange } = this;
    const request = message.id && exchange.pending.take(message.id);
    if (request !== undefined) {
      if (request.method === 'tools/list') this.noteTools(message);
      else exchange.guard.answered(request, message);
      return request;
    }
    const late = message.id && exchange.pending.takeLate(message.id);
    if (late !== undefined) exchange.guard.answeredLate(late, message);
    else if (!this.warnedOfStray && via?.isResumed !== true) {
      this.warnedOfStray = true;
      const id = message.id?.raw ?? 'null';
      exchange.log.warn(
        `not passed on: an answer of the server with id ${id}, which nobody awaits`,
      );
    }
    return undefined;
  }

  private noteTools({ bytes, result }: AnswerMessage): void {
    if (result === undefined) return;
    this.exchange.catalog.note(valueText(bytes, result));
  }

  private takeBatch(elements: readonly Buffer[], line: Line, via: Via | undefined): void {
    const passed = elements.flatMap((bytes) => {
      const to = this.account(readServerMessage(bytes), bytes, via);
      return to === undefined ? [] : [{ ...to, bytes }];
    });
    const [first] = passed;
    if (first === undefined) return;
    const together =
      passed.length === elements.length && passed.every(({ batch }) => batch === first.batch);
    if (together && (first.batch?.isWhole(passed.length) ?? true)) {
      this.exchange.toClient(line, first.via);
      return;
    }
    const loose = passed.filter(({ batch }) => batch === undefined).map(({ bytes }) => bytes);
    if (loose.length > 0) {
      const texts = loose.map((bytes) => bytes.toString('utf8'));
      this.exchange.toClient(`[${texts.join(',')}]`, first.via);
    }
    for (const { batch, bytes } of passed) batch?.add(bytes);
  }

  /** The message itself is lost; whoever waits for what it was must not wait for ever. */
  private dropOversize(
    { length, head, tail }: Extract<Frame, { kind: 'oversize' }>,
    via: Via | undefined,
  ): void {
    const { exchange } = this;
    const limit = exchange.settings().proxy.maxMessageBytes;
    const reason = `a message of the server of ${length} bytes is above max_message_bytes (${limit})`;
    exchange.log.warn(`not passed on: ${reason}`);
    const { id, kind } = readOversize(head, tail);
    if (id === undefined) return;
    // A request of the server: its ids are its own, and it is the server that waits for an answer.
    if (kind === 'request') {
      exchange.toServer(errorReply(id.raw, ErrorCode.InvalidRequest, `fuze: ${reason}`), via);
      return;
    }
    const request = exchange.pending.take(id);
    if (request === undefined) return;
    exchange.guard.abandon(request, 'connection lost');
    exchange.answer(request, errorReply(request.id.raw, ErrorCode.Refused, `fuze: ${reason}`));
  }
}

type Notification = Extract<ServerMessage, { kind: 'notification' }>;

function cancelledId({ params }: Notification, bytes: Buffer): RequestId | undefined {
  let id: RequestId | undefined;
  if (params === undefined) return undefined;
  scanMembers(bytes, params.valueStart, (member) => {
    const key = keyText(bytes, member.keyStart, member.keyEnd);
    if (key === 'requestId') id = readId(valueText(bytes, member));
  });
  return id;
}

function progressToken({ params }: Notification, bytes: Buffer): unknown {
  if (params === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(valueText(bytes, params));
    return isObject(value) ? value.progressToken : undefined;
  } catch {
    return undefined;
  }
}
