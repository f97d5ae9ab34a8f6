import type { RequestId } from '../jsonrpc/id.js';
import type { LentMemory } from '../jsonrpc/lent-memory.js';
import { cancelledNotification } from '../jsonrpc/reply.js';
import type { AnswerHead } from './answer-head.js';
import type { OutgoingHeaders } from './outgoing-headers.js';
import { RelayAftermaths } from './relay-aftermaths.js';
import { relayAnswer } from './relay-answer.js';
import { RelayExchange } from './relay-exchange.js';
import { RelayExchanges } from './relay-exchanges.js';
import { RelayLeg } from './relay-leg.js';
import type { Loss, ServerTransport, TransportHandler, Via } from './transport.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamTarget } from './upstream-request.js';

/** What was asked is asked again another way, and judged there. */
const TURNED_ASIDE: Loss = {
  reason: 'it is asked over another transport',
  errorClass: 'asked over another transport',
  mayHaveRun: false,
  told: true,
};

export interface RelayServerOptions {
  readonly target: UpstreamTarget;
  /** The headers that go to the server with this exchange. */
  readonly headersOf: (exchange: RelayExchange) => OutgoingHeaders;
  readonly pathOf: (exchange: RelayExchange) => string;
  readonly maxMessageBytes: () => number;
  /** Sees every answer first; true when it is taken care of elsewhere. */
  readonly turnsAside: (
    exchange: RelayExchange,
    answer: UpstreamAnswer,
  ) => boolean | Promise<boolean>;
  /** Where the bodies of answers are put together. */
  readonly bodies: LentMemory;
  /** Whether what became of a request is written down before its client sees it. */
  readonly recordsFirst: boolean;
  /** Lets out at once what is withheld for that. */
  readonly letGo: () => void;
  /** Hears of the head of every answer before any of it is passed on. */
  readonly onHead: (exchange: RelayExchange, answer: AnswerHead) => void;
}

/** An HTTP server behind fuze: each request of a client becomes one to the server, and the answer its answer. */
export class RelayServer implements ServerTransport {
  readonly backlog = 0;
  private handler: TransportHandler | undefined;
  private readonly active = new RelayExchanges();
  private readonly aftermaths = new RelayAftermaths();
  private sending: { readonly exchange: RelayExchange; readonly body: Buffer }[] = [];

  constructor(private readonly options: RelayServerOptions) {}

  start(handler: TransportHandler): void {
    this.handler = handler;
  }

  send(message: Buffer | string, via?: Via): void {
    if (!(via instanceof RelayExchange)) return;
    via.isForwarded = true;
    const body = typeof message === 'string' ? Buffer.from(message) : message;
    this.sending.push({ exchange: via, body });
  }

  flush(): void {
    const { sending } = this;
    if (sending.length === 0) return;
    this.sending = [];
    for (const { exchange, body } of sending) this.request(exchange, body);
  }

  /** Sends a request without a message, such as the GET for a stream. */
  open(exchange: RelayExchange): void {
    this.request(exchange, undefined);
  }

  cancel(request: RequestId, reason: string, via?: Via): void {
    if (!(via instanceof RelayExchange)) return;
    if (via.leavingCancels) {
      via.abort();
      return;
    }
    via.cut();
    for (const part of via.atServer) if (part.has(request.key)) this.aftermaths.begin(part);
    const { target, headersOf, pathOf } = this.options;
    const body = Buffer.from(cancelledNotification(request.raw, reason));
    target.send(
      { method: 'POST', path: pathOf(via), headers: headersOf(via), body },
      { answered: (answer) => answer.discard(), failed: () => {} },
    );
  }

  pause(): void {}
  resume(): void {}

  end(): void {
    for (const exchange of this.active.all()) exchange.abort();
  }

  private request(exchange: RelayExchange, body: Buffer | undefined): void {
    const leg = new RelayLeg(exchange, body);
    const { target, headersOf, pathOf, turnsAside } = this.options;
    const { method, reply } = exchange.request;
    const path = pathOf(exchange);
    const headers = headersOf(exchange);
    const upstream = target.send(
      { method, path, headers, ...(body && { body }), repeatable: () => leg.isRepeatable },
      {
        answered: (answer) => {
          const aside = turnsAside(exchange, answer);
          if (aside === false) this.take(leg, answer);
          else void this.perhapsAside(leg, answer, aside);
        },
        failed: ({ message: reason, mayHaveRun }) => {
          if (!leg.isPart) exchange.unreachable();
          this.finish(leg, {
            ...{ reason, mayHaveRun, told: false },
            errorClass: 'server not reached',
          });
        },
      },
    );
    leg.upstream = upstream;
    exchange.atServer.push(leg);
    this.active.add(exchange);
    reply.onClose((early) => {
      if (early) this.left(leg);
    });
  }

  private async perhapsAside(
    leg: RelayLeg,
    answer: UpstreamAnswer,
    aside: boolean | Promise<boolean>,
  ): Promise<void> {
    if (!(await aside)) {
      this.take(leg, answer);
      return;
    }
    this.remove(leg);
    this.handler?.lost(leg, TURNED_ASIDE);
    this.options.letGo();
  }

  private take(leg: RelayLeg, answer: UpstreamAnswer): void {
    const { via: exchange } = leg;
    const { onHead, maxMessageBytes, bodies, recordsFirst, letGo } = this.options;
    // Fuze has answered by itself meanwhile: nothing of the server's answer may be said before.
    if (exchange.hasAnswers) letGo();
    exchange.answered(answer);
    onHead(exchange, answer);
    const options = { maxMessageBytes: maxMessageBytes(), bodies, recordsFirst };
    relayAnswer(leg, answer, options, {
      messages: (frames) => this.handler?.messages(frames, exchange),
      over: (loss, last) => this.finish(leg, loss, last),
    });
  }

  /** The client has left. A stream that it can take up again must be free for that; else the end of the call is awaited. */
  private left(leg: RelayLeg): void {
    const { via } = leg;
    if (!via.atServer.includes(leg)) return;
    if (leg.isResumable || !via.isOpen) leg.abort();
    else this.aftermaths.begin(leg);
  }

  /** It has been answered, or never will be. */
  private remove(leg: RelayLeg): void {
    const { atServer } = leg.via;
    const at = atServer.indexOf(leg);
    if (at !== -1) atServer.splice(at, 1);
    this.aftermaths.end(leg);
    if (atServer.length === 0) this.active.remove(leg.via);
  }

  /**
   * Nothing more comes from the server. Requests that have no answer are lost, but for those of a stream that goes on
   * later; then `last` is said.
   */
  private finish(leg: RelayLeg, loss: Loss, last?: () => void): void {
    const { via: exchange } = leg;
    const { letGo } = this.options;
    this.remove(leg);
    const goesOnLater = leg.isResumable && loss.mayHaveRun && !leg.isAnswered;
    if (exchange.isOpen && !goesOnLater) {
      this.handler?.lost(leg, loss);
      letGo();
    } else if (exchange.isOpen || !exchange.hasAnswers) {
      // What is said from here on is not withheld: what came before is to be written down first.
      letGo();
      if (!exchange.request.reply.begun && !loss.told) exchange.fail(loss.reason);
    }
    last?.();
    // Requests that were held are answered by the same reply.
    exchange.goesOnLater ||= goesOnLater;
    const isLast = exchange.atServer.length === 0;
    if (!exchange.isOpen || (isLast && exchange.goesOnLater)) exchange.finish();
  }
}
