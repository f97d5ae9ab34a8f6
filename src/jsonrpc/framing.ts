import { BoundedBytes, type CutBytes } from './bounded-bytes.js';

/** One line as it arrived, or the remains of one that was longer than allowed. */
export type Frame =
  | {
      readonly kind: 'line';
      /** The bytes as they arrived, terminator included; a last line without one gets it, for more may be sent after it. */
      readonly raw: Buffer;
      /** The same without `\n` or `\r\n`. */
      readonly body: Buffer;
    }
  | ({ readonly kind: 'oversize' } & CutBytes);

const LF = 0x0a;
const CR = 0x0d;

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
  private readonly line: BoundedBytes;

  constructor(private readonly maxBytes: number) {
    this.line = new BoundedBytes(maxBytes);
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
    if (start < chunk.length) this.line.add(chunk.subarray(start));
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

  private finish(frames: Frame[]): void {
    const raw = this.line.take();
    if (!Buffer.isBuffer(raw)) {
      frames.push({ kind: 'oversize', ...raw });
      return;
    }
    this.deliver(frames, raw);
  }

  private deliver(frames: Frame[], raw: Buffer): void {
    let end = raw.length;
    if (raw[end - 1] === LF) end -= raw[end - 2] === CR ? 2 : 1;
    const body = raw.subarray(0, end);
    if (!isBlank(body)) frames.push({ kind: 'line', raw, body });
  }
}
