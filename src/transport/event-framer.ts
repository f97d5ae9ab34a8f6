import { BoundedBytes, type CutBytes, endsOf } from '../jsonrpc/bounded-bytes.js';
import { nearest, readEventLines } from './read-event.js';

/** One event of a stream, or a comment or blank line that stands alone. */
export interface ServerSentEvent {
  /** The bytes as they came, with the blank line; empty for what was too long to keep. */
  readonly raw: Buffer;
  /** The data lines joined by LF; undefined if there is none (a comment, a retry), or if it was too long. */
  readonly data: Buffer | undefined;
  /** `message` where the event names none. */
  readonly event: string;
  readonly id: string | undefined;
  /** Milliseconds to wait before a reconnect, as sent, of whatever size. */
  readonly retry: number | undefined;
  /** Both ends of data that was longer than allowed. */
  readonly oversize: CutBytes | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
/** What an event may hold besides the message: field names, an id, comments. */
const FIELD_ROOM = 65_536;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a byte stream into Server-Sent Events (WHATWG HTML, 9.2.6 "Interpreting an event stream"), whatever
 * the chunks; all `raw` together are the stream. Holds no more than `maxBytes` of data and the room for its
 * fields; of a longer event only the ends are kept, so that the stream lives on behind it.
 */
export class EventFramer {
  private readonly block: BoundedBytes;
  /** The first byte of the line that has not ended yet. */
  private lineFirst: number | undefined;
  /** True once the block has a whole line that is no comment standing alone. */
  private hasLines = false;
  /** The last byte was a CR: an LF that follows belongs to it. */
  private afterCr = false;
  private mayHaveBom = true;

  constructor(private readonly maxBytes: number) {
    this.block = new BoundedBytes(maxBytes + FIELD_ROOM);
  }

  /** Takes a chunk and returns the events that it completes. */
  push(chunk: Buffer): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    if (chunk.length === 0) return events;
    /** Where the block and the line go on in this chunk. */
    let start = 0;
    let line = this.afterCr && chunk[0] === LF ? 1 : 0;
    let lf = chunk.indexOf(LF, line);
    let cr = chunk.indexOf(CR, line);
    for (let at = nearest(lf, cr); at !== undefined; at = nearest(lf, cr)) {
      const end = chunk[at] === CR && chunk[at + 1] === LF ? at + 2 : at + 1;
      if (this.endsBlock(at === line ? undefined : chunk[line])) {
        // An LF that is still to come opens the next block, where an empty line says nothing.
        this.block.add(chunk.subarray(start, end));
        events.push(this.finish());
        start = end;
      }
      this.lineFirst = undefined;
      line = end;
      // Each is searched anew only when passed, or a chunk of many lines would be walked for each of them.
      if (lf !== -1 && lf < line) lf = chunk.indexOf(LF, line);
      if (cr !== -1 && cr < line) cr = chunk.indexOf(CR, line);
    }
    if (start < chunk.length) this.block.add(chunk.subarray(start));
    this.lineFirst ??= chunk[line];
    this.afterCr = chunk.at(-1) === CR;
    return events;
  }

  /**
   * The stream ended. An event without its blank line is incomplete and discarded, as the standard says: a
   * writer may have died between two data lines, and what is there could be JSON by chance.
   */
  end(): ServerSentEvent[] {
    this.block.take();
    this.lineFirst = undefined;
    this.hasLines = false;
    this.afterCr = false;
    return [];
  }

  /**
   * A line ended whose part in this chunk begins with `first`. A comment between events, which servers send
   * to keep a connection alive, goes out at once: its blank line may never come.
   */
  private endsBlock(first: number | undefined): boolean {
    const firstOfLine = this.lineFirst ?? first;
    if (firstOfLine === undefined) return true;
    if (firstOfLine === COLON && !this.hasLines) return true;
    this.hasLines = true;
    return false;
  }

  private finish(): ServerSentEvent {
    const { mayHaveBom } = this;
    this.hasLines = false;
    this.mayHaveBom = false;
    const raw = this.block.take();
    if (!Buffer.isBuffer(raw)) return cutEvent(raw, mayHaveBom);
    const lines = readEventLines(raw, mayHaveBom);
    if (lines.data === undefined || lines.data.length <= this.maxBytes) {
      return { ...lines, raw, oversize: undefined };
    }
    return { ...lines, raw: NOTHING, data: undefined, oversize: endsOf(lines.data) };
  }
}

/** An event of which only the ends are there: its head begins with the fields, its tail amid the data. */
function cutEvent({ length, head, tail }: CutBytes, mayHaveBom: boolean): ServerSentEvent {
  const { data: first = NOTHING } = readEventLines(head, mayHaveBom);
  const { data: last = NOTHING } = readEventLines(
    Buffer.concat([Buffer.from('data:'), tail]),
    false,
  );
  return {
    ...readEventLines(Buffer.concat([head, tail]), mayHaveBom),
    raw: NOTHING,
    data: undefined,
    oversize: { length, head: first, tail: last },
  };
}
