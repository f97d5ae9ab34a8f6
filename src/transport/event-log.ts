/** What a session keeps for clients that come back, in all its streams together. */
const MAX_BYTES = 1 << 20;
const MAX_EVENTS = 1_000;
const EVENT_ID = /^(\d+)-(\d+)$/;

interface LoggedEvent {
  readonly stream: number;
  readonly sequence: number;
  readonly bytes: Buffer;
}

/**
 * The last events of a session by stream, so that a client whose connection broke gets what it missed with
 * `Last-Event-ID` (MCP 2025-11-25, Streamable HTTP, "Resumability and Redelivery").
 */
export class EventLog {
  private events: LoggedEvent[] = [];
  private bytes = 0;
  private sequence = 0;

  /** The id of the event that is logged next. */
  nextId(stream: number): string {
    return `${stream}-${this.sequence + 1}`;
  }

  add(stream: number, bytes: Buffer): void {
    this.sequence += 1;
    if (bytes.length > MAX_BYTES) return;
    this.events.push({ stream, sequence: this.sequence, bytes });
    this.bytes += bytes.length;
    let dropped = 0;
    while (this.bytes > MAX_BYTES || this.events.length - dropped > MAX_EVENTS) {
      this.bytes -= this.events[dropped]?.bytes.length ?? 0;
      dropped += 1;
    }
    if (dropped > 0) this.events = this.events.slice(dropped);
  }

  /** The stream that an event id belongs to, and the events of it that came later; undefined for an id not from here. */
  after(id: string): { readonly stream: number; readonly missed: readonly Buffer[] } | undefined {
    const [, stream, sequence] = EVENT_ID.exec(id) ?? [];
    if (stream === undefined || Number(sequence) > this.sequence) return undefined;
    const missed = this.events
      .filter((event) => event.stream === Number(stream) && event.sequence > Number(sequence))
      .map(({ bytes }) => bytes);
    return { stream: Number(stream), missed };
  }
}
