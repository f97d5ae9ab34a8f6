const LF = 0x0a;
const CR = 0x0d;

/** One line as it arrived. */
export interface Line {
  readonly kind: 'line';
  /** The bytes as they arrived, terminator included; a last line without one gets it, for more may be sent after it. */
  readonly raw: Buffer;
  /** The message that it holds: the same without `\n` or `\r\n`. */
  readonly body: Buffer;
}

/** The line without `\n` or `\r\n`. */
export function withoutEnd(raw: Buffer): Buffer {
  const end = raw.length;
  if (raw[end - 1] !== LF) return raw;
  return raw.subarray(0, end - (raw[end - 2] === CR ? 2 : 1));
}

/**
 * A line where it lies among others, to be read there and passed on: V8 takes longer to make a buffer than fuze to read
 * a short message.
 */
export class ReceivedLine implements Line {
  readonly kind = 'line';

  /** From `start` in the memory to `end`, behind the line feed. */
  constructor(
    readonly memory: Buffer,
    readonly start: number,
    readonly end: number,
  ) {}

  /** Made anew each time. */
  get raw(): Buffer {
    return this.memory.subarray(this.start, this.end);
  }

  get body(): Buffer {
    return withoutEnd(this.raw);
  }
}
