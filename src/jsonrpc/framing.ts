import { BoundedBytes, type CutBytes, endsOf } from './bounded-bytes.js';
import { type LineMemory, PlainMemory } from './line-memory.js';
import { ScannedMemory } from './scanned-memory.js';

const LF = 0x0a;
const CR = 0x0d;

/** Room for the next bytes, at least; a pipe rarely has more at once. */
const ROOM_BYTES = 64 * 1024;
/** Memory to begin with, where lines are looked at in it: more than one room, or it would be moved about all the time. */
const LENT_BYTES = 4 * ROOM_BYTES;
/** Memory up to here is kept for the next line; a longer line is rare, and its memory is let go of. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** From here on the ends of strings are worth being looked for in another way. */
const LONG_BYTES = 4_096;

/** One line as it arrived. */
export interface Line {
  readonly kind: 'line';
  /** The bytes as they arrived, terminator included; a last line without one gets it, for more may be sent after it. */
  readonly raw: Buffer;
  /** The message that it holds: the same without `\n` or `\r\n`. */
  readonly body: Buffer;
  /** Set where `raw` is the message and the end of its line: to be read as it is, for `body` has to be cut out. */
  readonly message?: Buffer;
}

/** A line, or the remains of one that was longer than allowed. */
export type Frame = Line | ({ readonly kind: 'oversize' } & CutBytes);

/** The line without `\n` or `\r\n`. */
export function withoutEnd(raw: Buffer): Buffer {
  const end = raw.length;
  if (raw[end - 1] !== LF) return raw;
  return raw.subarray(0, end - (raw[end - 2] === CR ? 2 : 1));
}

/** A line whose body is cut out when somebody asks for it: most are read as they came. */
class ReceivedLine implements Line {
  readonly kind = 'line';

  constructor(readonly raw: Buffer) {}

  get message(): Buffer {
    return this.raw;
  }

  get body(): Buffer {
    return withoutEnd(this.raw);
  }
}

const NO_MEMORY: LineMemory = new PlainMemory(0);

function isBlank(line: Buffer): boolean {
  for (const byte of line) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== CR && byte !== LF) return false;
  }
  return true;
}

/**
 * Cuts a byte stream into lines, in the memory that it is read into: nothing is put together, and nothing allocated but
 * where a line is longer than any before it. Holds at most `maxBytes` of an unfinished line; of a longer one only its
 * ends are kept, so that the stream lives on behind it.
 */
export class LineFramer {
  private memory = NO_MEMORY;
  /** Made when the first long line has come, where it can be had. */
  private scanned: ScannedMemory | 'none' | undefined;
  private hasLong = false;
  /** Where the unfinished line begins, and where the next bytes go. */
  private start = 0;
  private stop = 0;
  /** What is left of an unfinished line that is longer than allowed. */
  private cut: BoundedBytes | undefined;

  constructor(
    private readonly maxBytes: number,
    /** Whether lines lie in memory that is used again: they then hold until the next `room`. */
    private readonly lends = false,
  ) {}

  /** Where the next bytes go. */
  room(): Buffer {
    if (this.start === this.stop) {
      this.start = 0;
      this.stop = 0;
      if (this.hasLong) this.scanned ??= ScannedMemory.of(LENT_BYTES) ?? 'none';
      if (this.scanned instanceof ScannedMemory) {
        this.memory = this.scanned;
        this.scanned.open.forget();
      } else if (this.memory.bytes.length > KEPT_BYTES) this.memory = NO_MEMORY;
    }
    if (this.memory.bytes.length - this.stop < ROOM_BYTES) this.makeRoom();
    return this.memory.bytes.subarray(this.stop);
  }

  /** So many bytes have come into the room; returns the lines that they complete. Blank lines are dropped. */
  filled(count: number): Frame[] {
    const { start, stop: from } = this;
    const { bytes } = this.memory;
    const to = from + count;
    this.stop = to;
    const last = bytes.subarray(from, to).lastIndexOf(LF);
    const frames: Frame[] = [];
    if (last === -1) this.follow();
    else {
      this.start = from + last + 1;
      const lines = bytes.subarray(start, this.start);
      this.cutUp(this.lends ? lines : Buffer.from(lines), from - start, frames);
    }
    if (this.cut !== undefined || to - this.start > this.maxBytes) {
      this.cut ??= new BoundedBytes(this.maxBytes);
      this.cut.add(bytes.subarray(this.start, to));
      this.start = to;
    }
    return frames;
  }

  /** The stream ended: what is left counts as a line, since some servers read it as one. */
  end(): Frame[] {
    const { memory, start, stop, cut } = this;
    this.memory = NO_MEMORY;
    this.start = 0;
    this.stop = 0;
    const frames: Frame[] = [];
    if (start === stop && cut === undefined) return frames;
    // In memory of its own: lines before it may still be in use.
    const rest = Buffer.concat([memory.bytes.subarray(start, stop), Buffer.of(LF)]);
    this.cutUp(rest, rest.length - 1, frames);
    return frames;
  }

  /** `lines` ends with a line end; there is none in the first `searched` bytes. */
  private cutUp(lines: Buffer, searched: number, frames: Frame[]): void {
    let start = 0;
    for (let lf = lines.indexOf(LF, searched); lf !== -1; lf = lines.indexOf(LF, start)) {
      const raw = lines.subarray(start, lf + 1);
      start = lf + 1;
      if (this.cut !== undefined || raw.length - 1 > this.maxBytes) frames.push(this.oversize(raw));
      else if (!isBlank(raw)) frames.push(new ReceivedLine(raw));
      this.hasLong ||= this.lends && raw.length > LONG_BYTES;
    }
  }

  private oversize(end: Buffer): Frame {
    const bytes = this.cut ?? new BoundedBytes(this.maxBytes);
    this.cut = undefined;
    bytes.add(end, 1);
    const cut = bytes.take();
    return { kind: 'oversize', ...(Buffer.isBuffer(cut) ? endsOf(cut) : cut) };
  }

  /** An unfinished line that is long already is looked at while the rest is on its way. */
  private follow(): void {
    const { memory, start, stop } = this;
    if (memory instanceof ScannedMemory && stop - start > LONG_BYTES)
      memory.open.follow(memory.bytes, start, stop);
  }

  private makeRoom(): void {
    const { memory, start, stop } = this;
    memory.bytes.copyWithin(0, start, stop);
    if (memory instanceof ScannedMemory) memory.open.moved(start);
    this.start = 0;
    this.stop = stop - start;
    const size = memory.bytes.length;
    const least = this.lends ? LENT_BYTES : ROOM_BYTES;
    if (this.stop + ROOM_BYTES <= size) return;
    this.memory = memory.grown(Math.max(least, 2 * size), this.stop);
  }
}
