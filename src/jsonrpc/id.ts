import { parseString } from './scan.js';

/** The id of a request: as it was written, for answers digit for digit, and as a key to compare by. */
export interface RequestId {
  /** JSON text as it arrived, such as `1`, `"1"` or `9007199254740993`. */
  readonly raw: string;
  /**
   * Equal for ids that mean the same: `1` and `1.0`, `"a"` and `"\u0061"`; different for `1` and `"1"`. Of nearly all
   * ids it is `raw` itself, so that no second text has to be made and hashed.
   */
  readonly key: string;
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
  if (PLAIN.test(raw)) return { raw, key: raw };
  if (raw.startsWith('"')) {
    const value = parseString(raw);
    return value === undefined ? undefined : { raw, key: `"${value}"` };
  }
  if (!NUMBER.test(raw)) return undefined;
  const value = Number(raw);
  // Beyond 2^53 doubles fall together, and two ids must not: there the digits are the key.
  const exact = Number.isSafeInteger(value) || !/^-?\d+$/.test(raw);
  return { raw, key: exact ? String(value) : raw };
}

/** The key under which a server that reads numbers as doubles would answer this id. */
export function roundedKey(id: RequestId): string {
  // Shorter ones are exact.
  const isExact = id.key.length < 16 || id.key.startsWith('"');
  return isExact ? id.key : String(Number(id.raw));
}
