import { type LineMemory, PlainMemory } from './line-memory.js';
import { ScannedMemory } from './scanned-memory.js';

const LEAST_BYTES = 256 * 1024;
/** Grows up to here for messages that are in use together. */
const SHARED_BYTES = 1024 * 1024;
/** More is rare, and put together in memory of its own. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Those who have something of lent memory in use. */
export interface MemoryUsers {
  readonly areAny: boolean;
  /** Afterwards there are none. */
  letGo(): void;
}

/** Puts messages together that came in pieces, one after the other in the same memory. */
export class LentMemory {
  private memory: LineMemory | undefined;
  /** Where the messages end that are in use. */
  private end = 0;

  constructor(private readonly users: MemoryUsers) {}

  /** The message in one; holds until the next one is put together, or as long as there are users. */
  gather(pieces: readonly Buffer[]): Buffer {
    let size = 0;
    for (const { length } of pieces) size += length;
    if (size > MOST_BYTES) return Buffer.concat(pieces);
    this.memory ??= ScannedMemory.of(LEAST_BYTES) ?? new PlainMemory(LEAST_BYTES);
    if (!this.users.areAny) this.end = 0;
    const { length } = this.memory.bytes;
    if (this.end + size > length) {
      // Memory that grows moves, whether it is in use or not.
      this.users.letGo();
      this.end = 0;
      const wanted = Math.max(size, Math.min(2 * length, SHARED_BYTES));
      if (wanted > length) this.memory = this.memory.grown(wanted, 0);
    }
    const start = this.end;
    const { bytes } = this.memory;
    for (const piece of pieces) this.end += piece.copy(bytes, this.end);
    return bytes.subarray(start, this.end);
  }
}
