/** Memory that lines are read into. */
export interface LineMemory {
  readonly bytes: Buffer;
  /** Memory of at least so many bytes, and the first `used` of them are those that are here. */
  grown(size: number, used: number): LineMemory;
}

export class PlainMemory implements LineMemory {
  readonly bytes: Buffer;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  grown(size: number, used: number): LineMemory {
    const memory = new PlainMemory(size);
    this.bytes.copy(memory.bytes, 0, 0, used);
    return memory;
  }
}
