import type { Frame } from '../jsonrpc/framing.js';
import { type AnswerForm, AnswerStream, legacyStatus, type Sender } from './answer-stream.js';
import { EventLog } from './event-log.js';
import { EventStream } from './event-stream.js';
import type { HttpReply } from './http-reply.js';
import type { Transport, TransportHandler, Via } from './transport.js';

/** What the server says while no stream is open is kept up to here, until the client opens one. */
const MAX_WAITING_MESSAGES = 100;
const MAX_WAITING_BYTES = 1 << 20;
const OWN_STREAM = 0;

/** One POST as it came in. */
export interface PostedMessage {
  readonly frame: Frame;
  readonly reply: HttpReply;
  readonly sender: Sender;
  /** Whether the client takes events as an answer. */
  readonly takesEvents: boolean;
  /** What `MCP-Protocol-Version` says; undefined before 2025-06-18. */
  readonly version: string | undefined;
}

/** From this revision on streams begin with an event without data. */
const PRIMING_SINCE = '2025-11-25';

/**
 * The client of one session over Streamable HTTP, up to 2025-11-25, in front of a server that knows nothing of HTTP:
 * finds the stream that each message of the server belongs on.
 */
export class StreamableSession implements Transport {
  readonly isShared = false;
  private handler: TransportHandler | undefined;
  private readonly log = new EventLog();
  private readonly own = new EventStream(OWN_STREAM, this.log);
  private readonly streams = new Map<number, AnswerStream>();
  private readonly changed = new Set<AnswerStream>();
  private waiting: (Buffer | string)[] = [];
  private waitingBytes = 0;
  private paused: PostedMessage[] | undefined;
  private lastStream = OWN_STREAM;

  start(handler: TransportHandler): void {
    this.handler = handler;
  }

  /** Takes a POST of the client. */
  post(message: PostedMessage): void {
    if (this.paused !== undefined) {
      this.paused.push(message);
      return;
    }
    const { frame, reply, sender, takesEvents, version } = message;
    const form: AnswerForm = {
      takesEvents,
      atOnce: true,
      priming: version !== undefined && version >= PRIMING_SINCE,
      log: this.log,
      statusOf: legacyStatus,
    };
    this.lastStream += 1;
    const stream = new AnswerStream(sender, this.lastStream, reply, form);
    this.streams.set(stream.number, stream);
    this.changed.add(stream);
    this.watch(reply, stream);
    this.handler?.messages([frame], stream);
  }

  /** Takes a GET: the stream for what the server says of its own accord. */
  listen(reply: HttpReply, version: string | undefined): void {
    this.watch(reply, undefined);
    this.own.attach(reply, [], version !== undefined && version >= PRIMING_SINCE);
    for (const message of this.waiting) this.own.send(message);
    this.waiting = [];
    this.waitingBytes = 0;
  }

  /** Takes a GET with `Last-Event-ID`; false when that id is not from here. */
  comeBack(reply: HttpReply, lastEventId: string): boolean {
    const found = this.log.after(lastEventId);
    if (found === undefined) return false;
    const stream = this.streams.get(found.stream);
    this.watch(reply, stream);
    const events = found.stream === OWN_STREAM ? this.own : stream?.events;
    if (events === undefined || stream?.over === true) {
      reply.beginEvents();
      for (const bytes of found.missed) reply.write(bytes);
      reply.end();
    } else {
      events.attach(reply, found.missed, false);
    }
    return true;
  }

  send(message: Buffer | string, via?: Via): void {
    const stream = via instanceof AnswerStream ? via : this.newestOpen();
    if (stream !== undefined) {
      stream.send(message);
      this.changed.add(stream);
    } else if (this.own.attached) {
      this.own.send(message);
    } else {
      this.keep(message);
    }
  }

  flush(): void {
    for (const stream of this.changed) {
      stream.flush();
      this.tidy(stream);
    }
    this.changed.clear();
  }

  /** True while the client listens, or waits for an answer. */
  get isInUse(): boolean {
    if (this.own.attached) return true;
    for (const stream of this.streams.values()) if (stream.isOpen) return true;
    return false;
  }

  get hasLeft(): boolean {
    return this.own.wasAttached && !this.isInUse;
  }

  get backlog(): number {
    let bytes = this.own.backlog;
    for (const stream of this.streams.values()) bytes += stream.backlog;
    return bytes;
  }

  pause(): void {
    this.paused ??= [];
  }

  resume(): void {
    const { paused } = this;
    if (paused === undefined) return;
    this.paused = undefined;
    for (const message of paused) this.post(message);
  }

  keepAlive(): void {
    this.own.keepAlive();
    for (const stream of this.streams.values()) stream.keepAlive();
  }

  end(): void {
    for (const message of this.paused ?? []) {
      // Handed on all the same, for it is answered there that it came too late.
      this.paused = undefined;
      this.post(message);
    }
    this.flush();
    for (const stream of this.streams.values()) stream.end();
    this.streams.clear();
    this.own.end();
  }

  private watch(reply: HttpReply, stream: AnswerStream | undefined): void {
    reply.onDrain(() => this.handler?.drained());
    if (stream !== undefined) reply.onClose(() => this.tidy(stream));
  }

  /** What was said and taken is forgotten; the log has what a client may have missed. */
  private tidy(stream: AnswerStream): void {
    if (stream.over && stream.backlog === 0) this.streams.delete(stream.number);
  }

  /** The newest is most likely what the server is working on. */
  private newestOpen(): AnswerStream | undefined {
    let newest: AnswerStream | undefined;
    for (const stream of this.streams.values()) if (stream.takesMessages) newest = stream;
    return newest;
  }

  private keep(message: Buffer | string): void {
    const tooMany = this.waiting.length >= MAX_WAITING_MESSAGES;
    if (tooMany || this.waitingBytes + message.length > MAX_WAITING_BYTES) return;
    this.waiting.push(message);
    this.waitingBytes += message.length;
  }
}
