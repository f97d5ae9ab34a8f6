import { type CanonicalPieces, ReadyJson } from './ready-json.js';

/** Text up to here is copied faster letter by letter. */
const SHORT = 20;
/** Longer strings are read faster by the library's own writer than by a pattern. */
const MEDIUM = 100;
/** Of longer text it is asked first how many bytes it needs. */
const LONG = 4_096;
/** Strings without anything to escape, of ASCII alone. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** More names are sorted faster by the library's own way, which needs memory for it. */
const FEW_NAMES = 12;

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LAST_ASCII = 0x7e;

/** What JSON has no word for is left out of objects, and null in arrays, as `JSON.stringify` does. */
function hasNoWord(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}

function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}

/** RFC 8785, section 3.2.3: by UTF-16 code units, which is how strings compare. */
function sortNames(names: string[]): void {
  if (names.length > FEW_NAMES) {
    names.sort();
    return;
  }
  for (let index = 1; index < names.length; index += 1) {
    const one = names[index] ?? '';
    let to = index;
    for (; to > 0 && (names[to - 1] ?? '') > one; to -= 1) names[to] = names[to - 1] ?? '';
    names[to] = one;
  }
}

/**
 * Writes RFC 8785 into memory that is used again, for plain JSON values on the path of every call: no text is made that
 * would have to be turned into bytes. What it cannot write it throws, as the library would, though in other words.
 */
export class JsonWriter {
  length = 0;

  constructor(public bytes: Buffer) {}

  value(value: unknown): void {
    if (typeof value === 'string') this.string(value);
    else if (typeof value === 'number') this.number(value);
    else if (value === null || typeof value === 'boolean') this.ascii(String(value));
    else if (typeof value !== 'object') throw new TypeError('not a JSON value');
    else if (value instanceof ReadyJson) this.ready(value.pieces);
    else if ('toJSON' in value && typeof value.toJSON === 'function') this.value(value.toJSON());
    else if (Array.isArray(value)) this.array(value);
    else this.object(value);
  }

  string(value: string): void {
    if (value.length <= SHORT && this.shortString(value)) return;
    if (value.length <= MEDIUM && PLAIN.test(value)) {
      this.ascii('"');
      this.ascii(value);
      this.ascii('"');
      return;
    }
    this.utf8(JSON.stringify(value.isWellFormed() ? value : value.toWellFormed()));
  }

  number(value: number): void {
    if (!Number.isFinite(value)) throw new TypeError('not a JSON number');
    this.ascii(String(Object.is(value, -0) ? 0 : value));
  }

  /** Canonical JSON, in whatever pieces. */
  ready(pieces: CanonicalPieces): void {
    for (const piece of pieces) {
      if (typeof piece === 'string') this.utf8(piece);
      else this.copy(piece);
    }
  }

  /** Text that is known to be ASCII, as it is. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes, length } = this;
    if (text.length > SHORT) bytes.write(text, length, 'latin1');
    else for (let at = 0; at < text.length; at += 1) bytes[length + at] = text.charCodeAt(at);
    this.length = length + text.length;
  }

  /** Text as it is. */
  utf8(text: string): void {
    // A character has three bytes at the most.
    this.reserve(text.length <= LONG ? 3 * text.length : Buffer.byteLength(text));
    this.length += this.bytes.write(text, this.length);
  }

  copy(piece: Buffer): void {
    this.reserve(piece.length);
    this.length += piece.copy(this.bytes, this.length);
  }

  /** False for one that has to be escaped, or is not ASCII; then nothing is written. */
  private shortString(value: string): boolean {
    this.reserve(value.length + 2);
    const { bytes } = this;
    let at = this.length;
    bytes[at] = QUOTE;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code < SPACE || code === QUOTE || code === BACKSLASH || code > LAST_ASCII) return false;
      at += 1;
      bytes[at] = code;
    }
    bytes[at + 1] = QUOTE;
    this.length = at + 2;
    return true;
  }

  private array(array: readonly unknown[]): void {
    this.ascii('[');
    for (let index = 0; index < array.length; index += 1) {
      const item: unknown = array[index];
      if (index > 0) this.ascii(',');
      if (hasNoWord(item)) this.ascii('null');
      else this.value(item);
    }
    this.ascii(']');
  }

  private object(object: object): void {
    if (!isRecord(object)) throw new TypeError('not an object');
    const names = Object.keys(object);
    sortNames(names);
    this.ascii('{');
    const start = this.length;
    for (const name of names) {
      const member = object[name];
      if (hasNoWord(member)) continue;
      if (this.length > start) this.ascii(',');
      // Mended, it could become the name of another member.
      if (!name.isWellFormed()) throw new TypeError('an unpaired surrogate in a name');
      this.string(name);
      this.ascii(':');
      this.value(member);
    }
    this.ascii('}');
  }

  private reserve(bytes: number): void {
    const wanted = this.length + bytes;
    if (wanted <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.bytes.length));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
