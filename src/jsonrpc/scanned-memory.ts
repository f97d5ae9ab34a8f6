import { type LineMemory, PlainMemory } from './line-memory.js';
import { type FindStringStop, OpenString } from './open-string.js';
import { STRING_STOP_MODULE } from './string-stop-module.js';

const PAGE_BYTES = 65_536;
/** It cannot shrink again. */
const MAX_BYTES = 16 * 1024 * 1024;

/** At the beginning of the memory, for what others have WebAssembly do with what is in it. */
export const GUEST_BYTES = PAGE_BYTES;

const memories = new WeakMap<ArrayBufferLike, ScannedMemory>();
let lastBuffer: ArrayBufferLike | undefined;
let lastMemory: ScannedMemory | undefined;

/** The memory of which this is the buffer; undefined for what WebAssembly does not see. */
export function scannedMemoryOf(buffer: ArrayBufferLike): ScannedMemory | undefined {
  // Messages come one after the other in the same memory, or in others one after the other.
  if (buffer !== lastBuffer) {
    lastBuffer = buffer;
    lastMemory = memories.get(buffer);
  }
  return lastMemory;
}

/** What finds the ends of strings in this buffer; undefined for memory that nothing of that kind sees. */
export function finderFor(buffer: ArrayBufferLike): FindStringStop | undefined {
  return scannedMemoryOf(buffer)?.finder;
}

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Buffer.from(STRING_STOP_MODULE, 'base64'));
  return compiled;
}

function isFinder(value: unknown): value is FindStringStop {
  return typeof value === 'function';
}

/** Memory that WebAssembly sees, where the ends of strings are found many bytes at a time. */
export class ScannedMemory implements LineMemory {
  bytes: Buffer;
  /** What is known of a message that has not come whole. */
  readonly open: OpenString;
  readonly finder: FindStringStop;

  private constructor(
    readonly memory: WebAssembly.Memory,
    find: FindStringStop,
  ) {
    const open = new OpenString(GUEST_BYTES, find);
    this.open = open;
    this.finder = (at, end, strict) => find(strict === 0 ? open.from(at) : at, end, strict);
    this.bytes = this.see();
  }

  /** Undefined where there is no WebAssembly, or no memory for it. */
  static of(size: number): ScannedMemory | undefined {
    const pages = {
      initial: Math.ceil((GUEST_BYTES + size) / PAGE_BYTES),
      maximum: (GUEST_BYTES + MAX_BYTES) / PAGE_BYTES,
    };
    try {
      const memory = new WebAssembly.Memory(pages);
      const { stringStop } = new WebAssembly.Instance(compile(), { lines: { memory } }).exports;
      return isFinder(stringStop) ? new ScannedMemory(memory, stringStop) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Beyond what it can hold, in plain memory. */
  grown(size: number, used: number): LineMemory {
    try {
      this.memory.grow(Math.ceil((size - this.bytes.length) / PAGE_BYTES));
    } catch {
      const plain = new PlainMemory(size);
      this.bytes.copy(plain.bytes, 0, 0, used);
      return plain;
    }
    this.bytes = this.see();
    return this;
  }

  /** The buffer of a memory that has grown is another one. */
  private see(): Buffer {
    memories.set(this.memory.buffer, this);
    return Buffer.from(this.memory.buffer, GUEST_BYTES);
  }
}
