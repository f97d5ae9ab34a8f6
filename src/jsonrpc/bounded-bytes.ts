/** What is left of bytes that were more than allowed. */
export interface CutBytes {
  /** Bytes that arrived, those not counted left out. */
  readonly length: number;
  /** The beginning and the end: enough to find the id at either. */
  readonly head: Buffer;
  readonly tail: Buffer;
}

const HEAD_BYTES = 65_536;
const TAIL_BYTES = 4_096;

/** Copies of both ends of bytes that are all there, as if they had been cut on their way. */
export function endsOf(bytes: Buffer): CutBytes {
  return {
    length: bytes.length,
    head: Buffer.from(bytes.subarray(0, HEAD_BYTES)),
    tail: lastBytes(Buffer.alloc(0), bytes),
  };
}

function lastBytes(before: Buffer, part: Buffer): Buffer {
  if (part.length >= TAIL_BYTES) return Buffer.from(part.subarray(part.length - TAIL_BYTES));
  const both = Buffer.concat([before, part]);
  return both.subarray(Math.max(0, both.length - TAIL_BYTES));
}

/** Gathers the chunks of one message up to `maxBytes`; of a longer one only its ends are kept. */
export class BoundedBytes {
  private parts: Buffer[] = [];
  private held = 0;
  private counted = 0;
  private cut: { length: number; head: Buffer; tail: Buffer } | undefined;

  constructor(private readonly maxBytes: number) {}

  get isEmpty(): boolean {
    return this.held === 0 && this.cut === undefined;
  }

  /** True once there was too much. */
  get isCut(): boolean {
    return this.cut !== undefined;
  }

  /** Bytes held. */
  get size(): number {
    return this.held;
  }

  /** What is held, in the pieces in which it was added. */
  get pieces(): readonly Buffer[] {
    return this.parts;
  }

  /** The last `uncounted` bytes of `part`, a terminator, are kept but do not count. */
  add(part: Buffer, uncounted = 0): void {
    const bytes = part.length - uncounted;
    if (this.cut !== undefined) {
      this.cut.length += bytes;
      this.cut.tail = lastBytes(this.cut.tail, part);
      return;
    }
    this.parts.push(part);
    this.held += part.length;
    this.counted += bytes;
    if (this.counted <= this.maxBytes) return;
    const all = Buffer.concat(this.parts);
    this.cut = {
      length: this.counted,
      // Never more than surely stands there now, or the head would depend on how the chunks were cut.
      head: Buffer.from(all.subarray(0, Math.min(HEAD_BYTES, this.maxBytes))),
      tail: lastBytes(Buffer.alloc(0), all),
    };
    this.letGo();
  }

  /** Everything that was added, without a copy where it was one part, and begins anew. */
  take(): Buffer | CutBytes {
    const { cut, parts } = this;
    this.clear();
    if (cut !== undefined) return cut;
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
  }

  /** Begins anew. */
  clear(): void {
    this.cut = undefined;
    this.letGo();
  }

  private letGo(): void {
    this.parts = [];
    this.held = 0;
    this.counted = 0;
  }
}
