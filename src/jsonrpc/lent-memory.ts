import { type LineMemory, PlainMemory } from './line-memory.js';
import { ScannedMemory } from './scanned-memory.js';

const LEAST_BYTES = 256 * 1024;
/** More is rare, and put together in memory of its own. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Puts messages together that came in pieces, one after the other in the same memory. */
export class LentMemory {
  private memory: LineMemory | undefined;

  /** The message in one; holds until the next one is put together. */
  gather(pieces: readonly Buffer[]): Buffer {
    let size = 0;
    for (const { length } of pieces) size += length;
    if (size > MOST_BYTES) return Buffer.concat(pieces);
    this.memory ??= ScannedMemory.of(LEAST_BYTES) ?? new PlainMemory(LEAST_BYTES);
    if (size > this.memory.bytes.length) {
      this.memory = this.memory.grown(Math.max(size, 2 * this.memory.bytes.length), 0);
    }
    const { bytes } = this.memory;
    let length = 0;
    for (const piece of pieces) length += piece.copy(bytes, length);
    return bytes.subarray(0, length);
  }
}
