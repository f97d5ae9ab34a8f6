import { BoundedBytes, type CutBytes, endsOf } from './bounded-bytes.js';
import { type Line, ReceivedLine } from './line.js';
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

/** A line, or the remains of one that was longer than allowed. */
export type Frame = Line | ({ readonly kind: 'oversize' } & CutBytes);

const NO_MEMORY: LineMemory = new PlainMemory(0);

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== CR && byte !== LF) return false;
  }
  return true;
}

/** Where the last line that has come into `bytes` between two positions ends; -1 where none does. */
function lastLineEnd(bytes: Buffer, from: number, to: number): number {
  // Nearly always the end of what has come.
  if (to > from && bytes[to - 1] === LF) return to;
  const last = bytes.subarray(from, to).lastIndexOf(LF);
  return last === -1 ? -1 : from + last + 1;
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
    const { bytes } = this.memory;
    return this.stop === 0 ? bytes : bytes.subarray(this.stop);
  }

  /** So many bytes have come into the room; returns the lines that they complete. Blank lines are dropped. */
  filled(count: number): Frame[] {
    const { start, stop: from } = this;
    const { bytes } = this.memory;
    const to = from + count;
    this.stop = to;
    const end = lastLineEnd(bytes, from, to);
    const frames: Frame[] = [];
    if (end === -1) this.follow();
    else {
      this.start = end;
      if (this.lends) this.cutUp(bytes, start, from, end, frames);
      else
        this.cutUp(Buffer.from(bytes.subarray(start, end)), 0, from - start, end - start, frames);
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
    this.cutUp(rest, 0, rest.length - 1, rest.length, frames);
    return frames;
  }

  /** From `start` to `end`, which is the end of a line, as `searched` is not, nor anything before it. */
  private cutUp(
    bytes: Buffer,
    start: number,
    searched: number,
    end: number,
    frames: Frame[],
  ): void {
    let from = start;
    let to = bytes.indexOf(LF, searched) + 1;
    for (;;) {
      const length = to - from;
      if (this.cut !== undefined || length - 1 > this.maxBytes) {
        frames.push(this.oversize(bytes.subarray(from, to)));
      } else if (!isBlank(bytes, from, to)) frames.push(new ReceivedLine(bytes, from, to));
      this.hasLong ||= this.lends && length > LONG_BYTES;
      if (to === end) return;
      from = to;
      to = bytes.indexOf(LF, from) + 1;
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
