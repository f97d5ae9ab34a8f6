/** Memory up to here is kept for the next line; a longer line is rare, and gets memory of its own. */
const KEPT_BYTES = 16 * 1024 * 1024;
const LEAST_BYTES = 1024 * 1024;

/**
 * Puts the chunks of one long line after the other together in the same memory: the system takes ten times as long to
 * hand out a fresh megabyte as it takes to copy one.
 */
export class LentMemory {
  private memory = Buffer.alloc(0);
  private length = 0;
  private followed = 0;

  /** Copies those chunks of the line that are not here yet. */
  follow(parts: readonly Buffer[]): void {
    for (; this.followed < parts.length; this.followed += 1) {
      const part = parts[this.followed];
      if (part === undefined) return;
      this.makeRoom(this.length + part.length);
      part.copy(this.memory, this.length);
      this.length += part.length;
    }
  }

  /** The line. Its bytes hold until the next one is followed. */
  take(): Buffer {
    const line = this.memory.subarray(0, this.length);
    this.forget();
    return line;
  }

  /** Begins anew. */
  forget(): void {
    this.length = 0;
    this.followed = 0;
    if (this.memory.length > KEPT_BYTES) this.memory = Buffer.alloc(0);
  }

  private makeRoom(bytes: number): void {
    if (bytes <= this.memory.length) return;
    const wanted = Math.max(LEAST_BYTES, 2 * bytes);
    const size = bytes <= KEPT_BYTES ? Math.min(wanted, KEPT_BYTES) : wanted;
    const grown = Buffer.allocUnsafeSlow(size);
    this.memory.copy(grown, 0, 0, this.length);
    this.memory = grown;
  }
}
