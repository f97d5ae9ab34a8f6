import { MemberNames } from './member-names.js';
import { isDigit } from './scan-scalar.js';

/**
 * Walks JSON text that has no white space between its tokens, as nearly all clients write it, once and as bytes.
 * Positions are byte offsets; -1 stands for whatever wants a more careful reading, be it valid or not.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** So many digits are exact in any double, and are what the double prints as (IEEE 754: 15.95 digits). */
const EXACT_DIGITS = 15;
/** Below 1e-6 a double prints with an exponent. */
const MAX_LEADING_ZEROS = 5;
const MAX_DEPTH = 32;

/** What may stand behind a backslash, but for `u`. */
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
const SOLIDUS = 0x2f;
const LETTER_U = 0x75;

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

/** One walker serves any number of texts, one after the other. */
export class CompactJson {
  private bytes: Buffer = Buffer.alloc(0);
  private readonly names = new MemberNames();
  /** Whether all that was walked since `begin`, or since it was set, is written as RFC 8785 would write it. */
  isCanonical = true;
  /** Whether all that was walked since `begin` is ASCII. */
  isAscii = true;
  private areNamesAscii = true;

  begin(bytes: Buffer): void {
    this.bytes = bytes;
    this.names.begin(bytes);
    this.isCanonical = true;
    this.isAscii = true;
    this.areNamesAscii = true;
  }

  /** From the opening quote of a name to its value, behind the colon; a name with an escape is not walked. */
  name(at: number): number {
    const { bytes } = this;
    if (bytes[at] !== QUOTE) return -1;
    const { length } = bytes;
    for (let position = at + 1; position < length; position += 1) {
      const byte = bytes[position] ?? 0;
      if (byte === QUOTE) return bytes[position + 1] === COLON ? position + 2 : -1;
      if (byte === BACKSLASH || byte < 0x20) return -1;
      if (byte >= 0x80) {
        this.isAscii = false;
        this.areNamesAscii = false;
      }
    }
    return -1;
  }

  /** From an opening quote to behind the closing one. */
  string(at: number): number {
    const { bytes } = this;
    const { length } = bytes;
    for (let position = at + 1; position < length; position += 1) {
      const byte = bytes[position] ?? 0;
      if (byte === QUOTE) return position + 1;
      if (byte < 0x20) return -1;
      if (byte >= 0x80) this.isAscii = false;
      if (byte !== BACKSLASH) continue;
      position += 1;
      const escaped = bytes[position] ?? 0;
      if (escaped === LETTER_U) {
        // Which of them RFC 8785 writes so, and which surrogates have no pair, is for others to say.
        this.isCanonical = false;
        for (let digit = 0; digit < 4; digit += 1) {
          position += 1;
          if (!isHex(bytes[position])) return -1;
        }
      } else if (!ESCAPED.has(escaped)) {
        return -1;
      } else if (escaped === SOLIDUS) {
        this.isCanonical = false;
      }
    }
    return -1;
  }

  /** The position behind the value at `at`: numbers only as far as any double holds them exactly. */
  value(at: number, depth = 0): number {
    const { bytes } = this;
    switch (bytes[at]) {
      case QUOTE:
        return this.string(at);
      case OPEN_BRACE:
        return this.object(at, depth + 1);
      case OPEN_BRACKET:
        return this.array(at, depth + 1);
      case 0x74:
        return this.literal(at, 'true');
      case 0x66:
        return this.literal(at, 'false');
      case 0x6e:
        return this.literal(at, 'null');
      default:
        return this.number(at);
    }
  }

  private literal(at: number, word: string): number {
    for (let index = 1; index < word.length; index += 1) {
      if (this.bytes[at + index] !== word.charCodeAt(index)) return -1;
    }
    return at + word.length;
  }

  private number(at: number): number {
    const { bytes } = this;
    const start = bytes[at] === MINUS ? at + 1 : at;
    let position = start;
    while (isDigit(bytes[position])) position += 1;
    let digits = position - start;
    if (digits === 0 || (digits > 1 && bytes[start] === ZERO)) return -1;
    const isZero = bytes[start] === ZERO;
    if (bytes[position] === POINT) {
      position += 1;
      const fraction = position;
      while (isDigit(bytes[position])) position += 1;
      digits += position - fraction;
      if (position === fraction) return -1;
      let leading = fraction;
      while (bytes[leading] === ZERO) leading += 1;
      const isSmall = isZero && leading - fraction > MAX_LEADING_ZEROS;
      if (bytes[position - 1] === ZERO || isSmall) this.isCanonical = false;
    } else if (isZero && start !== at) {
      // RFC 8785 writes -0 as 0.
      this.isCanonical = false;
    }
    const next = bytes[position];
    return digits > EXACT_DIGITS || next === 0x65 || next === 0x45 ? -1 : position;
  }

  private array(at: number, depth: number): number {
    const { bytes } = this;
    if (depth > MAX_DEPTH) return -1;
    if (bytes[at + 1] === CLOSE_BRACKET) return at + 2;
    let position = at + 1;
    for (;;) {
      position = this.value(position, depth);
      if (position === -1) return -1;
      const next = bytes[position];
      if (next === CLOSE_BRACKET) return position + 1;
      if (next !== COMMA) return -1;
      position += 1;
    }
  }

  private object(at: number, depth: number): number {
    const { bytes, names } = this;
    if (depth > MAX_DEPTH) return -1;
    if (bytes[at + 1] === CLOSE_BRACE) return at + 2;
    const first = names.enter();
    let isSorted = true;
    let position = at + 1;
    for (;;) {
      const value = this.name(position);
      if (value === -1) return -1;
      names.add(position + 1, value - 2);
      isSorted &&= names.isInOrder(first);
      if (!isSorted && !names.isNew(first)) return -1;
      position = this.value(value, depth);
      if (position === -1) return -1;
      const next = bytes[position];
      if (next === CLOSE_BRACE) break;
      if (next !== COMMA) return -1;
      position += 1;
    }
    names.leave(first);
    // By UTF-16 code units in RFC 8785, which is the order of bytes for ASCII alone.
    if (!isSorted || !this.areNamesAscii) this.isCanonical = false;
    return position + 1;
  }
}
