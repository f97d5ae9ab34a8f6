import { BoundedBytes, type CutBytes } from './bounded-bytes.js';
import { LentMemory } from './lent-memory.js';

const LF = 0x0a;
const CR = 0x0d;

/** One line as it arrived. */
export interface Line {
  readonly kind: 'line';
  /** The bytes as they arrived, terminator included; a last line without one gets it, for more may be sent after it. */
  readonly raw: Buffer;
  /** The message that it holds: the same without `\n` or `\r\n`. */
  readonly body: Buffer;
  /** Set where `raw` is the message and the end of its line: to be read as it is, for `body` has to be cut out. */
  readonly message?: Buffer;
  /** Set where `raw` and `body` lie in memory that the next long line takes: to be passed on, the line is in these. */
  readonly pieces?: readonly Buffer[] | undefined;
}

/** The line without `\n` or `\r\n`. */
export function withoutEnd(raw: Buffer): Buffer {
  const end = raw.length;
  if (raw[end - 1] !== LF) return raw;
  return raw.subarray(0, end - (raw[end - 2] === CR ? 2 : 1));
}

/** A line whose body is cut out when somebody asks for it: most are read as they came. */
class ReceivedLine implements Line {
  readonly kind = 'line';

  constructor(
    readonly raw: Buffer,
    readonly pieces: readonly Buffer[] | undefined,
  ) {}

  get message(): Buffer {
    return this.raw;
  }

  get body(): Buffer {
    return withoutEnd(this.raw);
  }
}

/** A line, or the remains of one that was longer than allowed. */
export type Frame = Line | ({ readonly kind: 'oversize' } & CutBytes);
/** Lines above so many bytes are put together in lent memory, where that is wanted. */
export const LENT_ABOVE = 128 * 1024;

function isBlank(line: Buffer): boolean {
  for (const byte of line) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== CR && byte !== LF) return false;
  }
  return true;
}

/**
 * Cuts a byte stream into lines, whatever the chunks. Holds at most `maxBytes` of an unfinished line;
 * of a longer one only its ends are kept, so that the stream lives on behind it.
 */
export class LineFramer {
  private readonly line: BoundedBytes;
  private readonly lent: LentMemory | undefined;

  /** `lends` says that nobody keeps the `raw` or `body` of a long line for longer than it takes to push the next chunk. */
  constructor(
    private readonly maxBytes: number,
    lends = false,
  ) {
    this.line = new BoundedBytes(maxBytes);
    this.lent = lends ? new LentMemory() : undefined;
  }

  /** Takes a chunk and returns the lines that it completes. Blank lines are dropped. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      const part = chunk.subarray(start, end + 1);
      // Most lines lie within one chunk, and need no gathering.
      if (this.line.isEmpty && end - start <= this.maxBytes) this.deliver(frames, part);
      else {
        this.line.add(part, 1);
        this.finish(frames);
      }
      start = end + 1;
    }
    if (start < chunk.length) {
      this.line.add(chunk.subarray(start));
      // Not while a line of this chunk may lie there.
      if (this.isLent && frames.length === 0) this.lent?.follow(this.line.pieces);
    }
    return frames;
  }

  /** The stream ended: what is left counts as a line, since some servers read it as one. */
  end(): Frame[] {
    const frames: Frame[] = [];
    if (this.line.isEmpty) return frames;
    this.line.add(Buffer.of(LF), 1);
    this.finish(frames);
    return frames;
  }

  /** Whether the line that is being gathered is long enough to be put together in lent memory. */
  private get isLent(): boolean {
    return this.lent !== undefined && this.line.size > LENT_ABOVE;
  }

  private finish(frames: Frame[]): void {
    if (this.lent !== undefined && this.isLent) {
      const { pieces } = this.line;
      this.lent.follow(pieces);
      this.line.clear();
      this.deliver(frames, this.lent.take(), pieces);
      return;
    }
    this.lent?.forget();
    const raw = this.line.take();
    if (!Buffer.isBuffer(raw)) frames.push({ kind: 'oversize', ...raw });
    else this.deliver(frames, raw);
  }

  private deliver(frames: Frame[], raw: Buffer, pieces?: readonly Buffer[]): void {
    if (!isBlank(raw)) frames.push(new ReceivedLine(raw, pieces));
  }
}
