import type { Frame } from '../jsonrpc/framing.js';
import type { Sender } from './answer-stream.js';
import { eventOf } from './event-text.js';
import type { HttpReply } from './http-reply.js';
import { Inflow } from './inflow.js';
import type { Transport, TransportHandler, Via } from './transport.js';

/** A POST of which only the arrival is answered. */
export interface OneWayPost {
  readonly frame: Frame;
  readonly sender: Sender;
  readonly reply: HttpReply;
}

/** One client over HTTP+SSE (MCP 2024-11-05): one stream of events to it, and POSTs from it that are only acknowledged. */
export class SseSession implements Transport {
  readonly isShared = false;
  private handler: TransportHandler | undefined;
  private queue: Buffer[] = [];
  private hasSpoken = false;
  private readonly inflow = new Inflow<OneWayPost>(({ frame, sender, reply }) => {
    reply.empty(202);
    this.handler?.messages([frame], new OneWay(sender));
  });

  /** `endpoint` is where the client sends its messages to. */
  constructor(
    private readonly reply: HttpReply,
    private readonly endpoint: string,
  ) {}

  start(handler: TransportHandler): void {
    this.handler = handler;
    this.reply.onDrain(() => handler.drained());
    this.reply.onClose(() => handler.ended());
    this.reply.beginEvents();
    this.reply.write(eventOf(this.endpoint, { event: 'endpoint' }));
  }

  /** Takes a POST of the client. It is acknowledged when it goes on: a client must not write without end to a server that does not read. */
  post(message: OneWayPost): void {
    this.hasSpoken = true;
    this.inflow.put(message);
  }

  send(message: Buffer | string): void {
    this.queue.push(eventOf(message, { event: 'message' }));
  }

  flush(): void {
    const { queue } = this;
    if (queue.length === 0) return;
    this.queue = [];
    this.reply.write(Buffer.concat(queue));
  }

  /** True while its client is there, once it has said something: an open stream alone is no reason to keep a server. */
  get isInUse(): boolean {
    return this.hasSpoken && !this.reply.over;
  }

  get hasLeft(): boolean {
    return this.reply.over;
  }

  get backlog(): number {
    return this.reply.backlog;
  }

  pause(): void {
    this.inflow.pause();
  }

  resume(): void {
    this.inflow.resume();
  }

  keepAlive(): void {
    this.reply.keepAlive();
  }

  end(): void {
    this.inflow.end();
    this.flush();
    this.reply.end();
  }
}

/** Answers go over the stream of the session, whatever POST asked. */
class OneWay implements Via {
  readonly session: string | undefined;
  readonly runName: string | undefined;
  readonly connection: string;
  readonly isResumed = false;

  constructor({ session, runName, connection }: Sender) {
    this.session = session;
    this.runName = runName;
    this.connection = connection;
  }

  expect(): void {}
  settled(): void {}
  refused(): void {}
  malformed(): void {}
}
