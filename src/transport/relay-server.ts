import type { IncomingMessage } from 'node:http';
import type { Frame } from '../jsonrpc/framing.js';
import type { RequestId } from '../jsonrpc/id.js';
import { idOf } from '../jsonrpc/id-of.js';
import { cancelledNotification } from '../jsonrpc/reply.js';
import type { ServerSentEvent } from './event-framer.js';
import { type AnswerReading, answerKind, readAnswer } from './read-answer.js';
import { RelayExchange } from './relay-exchange.js';
import type { Loss, ServerTransport, TransportHandler, Via } from './transport.js';
import { UpstreamError } from './upstream-error.js';
import type { UpstreamTarget } from './upstream-request.js';

/** A client that is further behind makes the server wait. */
const BEHIND_BYTES = 1 << 20;
/** How long the answer to a client that has left is still awaited, to know how its call ended. */
const AFTERMATH_MS = 60_000;

export interface RelayServerOptions {
  readonly target: UpstreamTarget;
  /** The headers that go to the server with this exchange. */
  readonly headersOf: (exchange: RelayExchange) => readonly string[];
  readonly pathOf: (exchange: RelayExchange) => string;
  readonly maxMessageBytes: () => number;
  /** Hears of the head of every answer before any of it is passed on. */
  readonly onHead: (exchange: RelayExchange, response: IncomingMessage) => void;
}

/** An HTTP server behind fuze: each request of a client becomes one to the server, and the answer its answer. */
export class RelayServer implements ServerTransport {
  readonly backlog = 0;
  private handler: TransportHandler | undefined;
  private readonly active = new Set<RelayExchange>();
  private readonly sending = new Map<RelayExchange, Buffer>();

  constructor(private readonly options: RelayServerOptions) {}

  start(handler: TransportHandler): void {
    this.handler = handler;
  }

  send(message: Buffer | string, via?: Via): void {
    if (!(via instanceof RelayExchange)) return;
    this.sending.set(via, typeof message === 'string' ? Buffer.from(message) : message);
  }

  flush(): void {
    for (const [exchange, body] of this.sending) void this.request(exchange, body);
    this.sending.clear();
  }

  /** Sends a request without a message, such as the GET for a stream. */
  open(exchange: RelayExchange): Promise<void> {
    return this.request(exchange, undefined);
  }

  cancel(request: RequestId, reason: string, via?: Via): void {
    if (!(via instanceof RelayExchange)) return;
    if (via.leavingCancels) {
      via.upstream?.abort();
      return;
    }
    via.cut();
    this.awaitAftermath(via);
    const { target, headersOf, pathOf } = this.options;
    const body = Buffer.from(cancelledNotification(request.raw, reason));
    const notice = target.request({
      method: 'POST',
      path: pathOf(via),
      headers: headersOf(via),
      body,
    });
    notice.response.then(
      (response) => response.resume(),
      () => {},
    );
  }

  pause(): void {}
  resume(): void {}

  end(): void {
    for (const { upstream } of this.active) upstream?.abort();
  }

  private async request(exchange: RelayExchange, body: Buffer | undefined): Promise<void> {
    const { target, headersOf, pathOf, onHead } = this.options;
    const { method, reply } = exchange.request;
    const upstream = target.request({
      method,
      path: pathOf(exchange),
      headers: headersOf(exchange),
      ...(body === undefined ? {} : { body }),
      repeatable: body === undefined,
      redirects: 'pass',
    });
    exchange.upstream = upstream;
    this.active.add(exchange);
    reply.onClose((early) => {
      if (early) this.left(exchange);
    });
    try {
      const response = await upstream.response;
      exchange.answered(response);
      onHead(exchange, response);
      this.read(exchange, response);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      exchange.unreachable();
      this.finish(exchange, {
        reason: error.message,
        errorClass: 'server not reached',
        mayHaveRun: error.mayHaveRun,
        told: false,
      });
    }
  }

  private read(exchange: RelayExchange, response: IncomingMessage): void {
    const kind = answerKind(response);
    if (kind === 'other') {
      this.passOther(exchange, response);
      return;
    }
    const { statusCode = 0 } = response;
    const isError = statusCode >= 400;
    if (kind === 'events') exchange.begin();
    let body: Buffer = Buffer.alloc(0);
    const reading: AnswerReading = readAnswer(response, this.options.maxMessageBytes(), {
      message: (frame) => {
        if (frame.kind === 'line') body = frame.body;
        // Errors of HTTP often have a body that answers no request; it passes with its status.
        if (!isError || idOf(body) !== undefined) this.handler?.messages([frame], exchange);
      },
      events: (events) => this.takeEvents(exchange, events, reading),
      other: () => {},
      ended: () => {
        if (isError || !exchange.isOpen) exchange.pass(body);
        this.finish(exchange, {
          reason: 'the server ended its answer without the message that was asked for',
          errorClass: `HTTP ${statusCode}`,
          mayHaveRun: !isError || statusCode >= 500,
          told: isError && kind === 'json',
        });
      },
      broken: (error) => this.finish(exchange, brokenBy(error)),
    });
    exchange.request.reply.onDrain(() => reading.resume());
  }

  /** A page of an error, or nothing but a status: no message can be in it that fuze would have to see. */
  private passOther(exchange: RelayExchange, response: IncomingMessage): void {
    const { statusCode = 0 } = response;
    const { reply } = exchange.request;
    exchange.begin();
    response.on('data', (chunk: Buffer) => {
      reply.write(chunk);
      if (reply.backlog > BEHIND_BYTES) response.pause();
    });
    reply.onDrain(() => response.resume());
    response.once('error', (error) => this.finish(exchange, brokenBy(error)));
    response.once('end', () =>
      this.finish(exchange, {
        reason: `the server answered with HTTP ${statusCode}`,
        errorClass: `HTTP ${statusCode}`,
        mayHaveRun: statusCode < 400 || statusCode >= 500,
        told: true,
      }),
    );
  }

  /** Messages are judged and passed on as the events that they came in; what is none passes as it is, in its place. */
  private takeEvents(
    exchange: RelayExchange,
    events: readonly ServerSentEvent[],
    reading: AnswerReading,
  ): void {
    const { reply } = exchange.request;
    let frames: Frame[] = [];
    const deliver = (): void => {
      if (frames.length > 0) this.handler?.messages(frames, exchange);
      frames = [];
    };
    for (const { raw, data, event, id, oversize } of events) {
      if (id !== undefined) exchange.resumable = !exchange.leavingCancels;
      if (oversize !== undefined) frames.push({ kind: 'oversize', ...oversize });
      else if (data !== undefined && data.length > 0 && event === 'message') {
        frames.push({ kind: 'line', raw, body: data });
      } else {
        deliver();
        reply.write(raw);
      }
    }
    deliver();
    if (reply.backlog > BEHIND_BYTES) reading.pause();
  }

  /** The client has left. A stream that it can take up again must be free for that; else the end of the call is awaited. */
  private left(exchange: RelayExchange): void {
    const { upstream } = exchange;
    if (upstream === undefined) return;
    if (exchange.resumable || !exchange.isOpen) upstream.abort();
    else this.awaitAftermath(exchange);
  }

  private awaitAftermath({ upstream }: RelayExchange): void {
    setTimeout(() => upstream?.abort(), AFTERMATH_MS).unref();
  }

  /** Nothing more comes from the server. Requests that have no answer are lost, but for those of a stream that goes on later. */
  private finish(exchange: RelayExchange, loss: Loss): void {
    exchange.upstream = undefined;
    this.active.delete(exchange);
    if (exchange.isOpen && !(exchange.resumable && loss.mayHaveRun)) {
      this.handler?.lost(exchange, loss);
    } else if (!exchange.request.reply.begun && !exchange.hasAnswers && !loss.told) {
      exchange.fail(loss.reason);
    }
    if (exchange.request.reply.begun) exchange.request.reply.end();
  }
}

function brokenBy(error: Error): Loss {
  const reason = `the connection to the server broke: ${error.message}`;
  return { reason, errorClass: 'connection lost', mayHaveRun: true, told: false };
}
