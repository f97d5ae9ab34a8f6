import type { EventLog } from './event-log.js';
import { eventOf } from './event-text.js';
import type { HttpReply } from './http-reply.js';

/** How long a client should wait before it comes back, milliseconds. */
const RETRY_MS = 1_000;

/** A stream of events that can outlive the connection it goes over. */
export class EventStream {
  private reply: HttpReply | undefined;

  /** `log` is undefined where clients cannot come back for what they missed. */
  constructor(
    private readonly number: number,
    private readonly log: EventLog | undefined,
  ) {}

  get wasAttached(): boolean {
    return this.reply !== undefined;
  }

  get attached(): boolean {
    return this.reply !== undefined && !this.reply.over;
  }

  /** Bytes that the client has not taken yet. */
  get backlog(): number {
    return this.reply?.backlog ?? 0;
  }

  /**
   * Goes on over this connection, after what the client missed. `priming` sends an event with an id at once, so that
   * the client can come back even before the first message (MCP 2025-11-25; older clients stumble over empty data).
   */
  attach(reply: HttpReply, missed: readonly Buffer[], priming: boolean): void {
    this.reply?.end();
    this.reply = reply;
    reply.beginEvents();
    if (priming && this.log !== undefined) {
      this.put(eventOf('', { id: this.log.nextId(this.number), retry: RETRY_MS }));
    }
    for (const bytes of missed) reply.write(bytes);
  }

  send(message: Buffer | string): void {
    const id = this.log?.nextId(this.number);
    this.put(eventOf(message, id === undefined ? {} : { id }));
  }

  keepAlive(): void {
    this.reply?.keepAlive();
  }

  end(): void {
    this.reply?.end();
  }

  private put(bytes: Buffer): void {
    this.log?.add(this.number, bytes);
    this.reply?.write(bytes);
  }
}
