const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Each byte of a word the same. */
const SPACES = 0x20202020;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;

/** Whether a byte stands for itself inside a JSON string, and is ASCII. */
export function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH;
}

/** Finds where runs of plain bytes end, four bytes at a time. */
export class PlainRuns {
  private readonly words: DataView;

  constructor(private readonly bytes: Buffer) {
    this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The first byte at or after `at` that is not plain; the length where there is none. */
  end(at: number): number {
    const { bytes, words } = this;
    let position = at;
    for (const last = bytes.length - 4; position <= last; position += 4) {
      const word = words.getInt32(position, true);
      // A subtraction sets the high bit of the lowest byte that is below what is taken away; borrows go upwards only.
      const control = word - SPACES;
      const quote = (word ^ QUOTES) - ONES;
      const backslash = (word ^ BACKSLASHES) - ONES;
      const found = (word | control | quote | backslash) & HIGH_BITS;
      if (found !== 0) return position + ((31 - Math.clz32(found & -found)) >> 3);
    }
    while (position < bytes.length && isPlain(bytes[position] ?? 0)) position += 1;
    return position;
  }
}
