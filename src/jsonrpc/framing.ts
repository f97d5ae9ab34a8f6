/** One line as it arrived, or the remains of one that was longer than allowed. */
export type Frame =
  | {
      readonly kind: 'line';
      /** The bytes as they arrived, terminator included; a last line without one gets it, for more may be sent after it. */
      readonly raw: Buffer;
      /** The same without `\n` or `\r\n`. */
      readonly body: Buffer;
    }
  | {
      readonly kind: 'oversize';
      /** Bytes that arrived, terminator not counted. */
      readonly length: number;
      /** The beginning and the end: enough to find the id at either. */
      readonly head: Buffer;
      readonly tail: Buffer;
    };

const LF = 0x0a;
const CR = 0x0d;
const HEAD_BYTES = 65_536;
const TAIL_BYTES = 4_096;

function isBlank(body: Buffer): boolean {
  for (const byte of body) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== CR) return false;
  }
  return true;
}

/**
 * Cuts a byte stream into lines, whatever the chunks. Holds at most `maxBytes` of an unfinished line;
 * of a longer one only its ends are kept, so that the stream lives on behind it.
 */
export class LineFramer {
  private parts: Buffer[] = [];
  private held = 0;
  private oversize: { length: number; head: Buffer; tail: Buffer } | undefined;

  constructor(private readonly maxBytes: number) {}

  /** Takes a chunk and returns the lines that it completes. Blank lines are dropped. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.hold(chunk.subarray(start, end + 1), true);
      this.finish(frames);
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start), false);
    return frames;
  }

  /** The stream ended: what is left counts as a line, since some servers read it as one. */
  end(): Frame[] {
    const frames: Frame[] = [];
    if (this.held === 0 && this.oversize === undefined) return frames;
    this.hold(Buffer.of(LF), true);
    this.finish(frames);
    return frames;
  }

  private hold(part: Buffer, last: boolean): void {
    const bytes = last ? part.length - 1 : part.length;
    if (this.oversize !== undefined) {
      this.oversize.length += bytes;
      this.oversize.tail = lastBytes(this.oversize.tail, part);
      return;
    }
    this.parts.push(part);
    this.held += part.length;
    if (this.held - (last ? 1 : 0) <= this.maxBytes) return;
    const all = Buffer.concat(this.parts);
    this.oversize = {
      length: last ? this.held - 1 : this.held,
      // Never more than surely stands there now, or the head would depend on how the chunks were cut.
      head: Buffer.from(all.subarray(0, Math.min(HEAD_BYTES, this.maxBytes))),
      tail: lastBytes(Buffer.alloc(0), all),
    };
    this.parts = [];
    this.held = 0;
  }

  private finish(frames: Frame[]): void {
    if (this.oversize !== undefined) {
      frames.push({ kind: 'oversize', ...this.oversize });
      this.oversize = undefined;
      return;
    }
    const [first] = this.parts;
    const raw = this.parts.length === 1 && first !== undefined ? first : Buffer.concat(this.parts);
    this.parts = [];
    this.held = 0;
    let end = raw.length;
    if (raw[end - 1] === LF) end -= raw[end - 2] === CR ? 2 : 1;
    const body = raw.subarray(0, end);
    if (!isBlank(body)) frames.push({ kind: 'line', raw, body });
  }
}

function lastBytes(before: Buffer, part: Buffer): Buffer {
  if (part.length >= TAIL_BYTES) return Buffer.from(part.subarray(part.length - TAIL_BYTES));
  const both = Buffer.concat([before, part]);
  return both.subarray(Math.max(0, both.length - TAIL_BYTES));
}
