import { parseString } from './scan.js';

/**
 * What ids are compared by: equal for those that mean the same, `1` and `1.0`, `"a"` and `"\u0061"`; different for `1`
 * and `"1"`. A number, or text: a string with its quotes, and a whole number beyond 2^53 in its digits.
 */
export type IdKey = number | string;

/** The id of a request: as it was written, for answers digit for digit, and as a key to compare by. */
export interface RequestId {
  /** JSON text as it arrived, such as `1`, `"1"` or `9007199254740993`. */
  readonly raw: string;
  readonly key: IdKey;
}

/** A whole number that any double holds exactly, in its simplest form: most ids. Its text is made when somebody asks. */
export class WholeNumberId implements RequestId {
  constructor(readonly key: number) {}

  get raw(): string {
    return String(this.key);
  }
}

/** RFC 8259, section 6. What fuze answers with must be JSON, also where the text came from a cut message. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A whole number that any double holds exactly. */
const PLAIN = /^(?:0|[1-9]\d{0,14})$/;

/**
 * Reads an id from its JSON text; undefined for what JSON-RPC 2.0 does not allow as the id of a request
 * (section 4: String or Number; MCP rules out null).
 */
export function readId(raw: string): RequestId | undefined {
  // What nearly all ids are; the rules below come to the same.
  if (PLAIN.test(raw)) return new WholeNumberId(Number(raw));
  if (raw.startsWith('"')) {
    const value = parseString(raw);
    return value === undefined ? undefined : { raw, key: `"${value}"` };
  }
  if (!NUMBER.test(raw)) return undefined;
  const value = Number(raw);
  const isWhole = Number.isInteger(value);
  // Plus nothing, for -0 is 0.
  if (Number.isSafeInteger(value) || (!isWhole && Number.isFinite(value))) {
    return { raw, key: value + 0 };
  }
  // Beyond 2^53 doubles fall together, and two ids must not; a point or an exponent is how a double is written.
  return { raw, key: /^-?\d+$/.test(raw) || !isWhole ? raw : String(value) };
}

/** The same for ids that a server which reads numbers as doubles holds for one, however it writes them. */
export function roundedKey({ raw, key }: RequestId): IdKey {
  if (typeof key === 'number' || key.startsWith('"')) return key;
  const value = Number(raw);
  return Number.isFinite(value) ? String(BigInt(value)) : key;
}
