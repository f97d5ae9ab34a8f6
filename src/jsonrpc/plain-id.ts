import { type RequestId, WholeNumberId } from './id.js';
import { isDigit } from './scan-scalar.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
/** Any double holds so many digits exactly. */
const MAX_DIGITS = 15;

function isPlainText(bytes: Buffer, start: number, end: number): boolean {
  for (let position = start; position < end; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte === BACKSLASH || byte < 0x20) return false;
  }
  return true;
}

/** -1 for what is no such number. */
function plainNumber(bytes: Buffer, start: number, end: number): number {
  if (end - start > MAX_DIGITS || (bytes[start] === ZERO && end - start > 1)) return -1;
  let value = 0;
  for (let position = start; position < end; position += 1) {
    const byte = bytes[position] ?? 0;
    if (!isDigit(byte)) return -1;
    value = 10 * value + byte - ZERO;
  }
  return value;
}

/**
 * The id whose JSON text stands from `start` to `end`, in its simplest form, for which `readId` comes to the same: a
 * whole number that is not negative, or a string without escapes. Undefined for any other.
 */
export function plainId(bytes: Buffer, start: number, end: number): RequestId | undefined {
  if (bytes[start] === QUOTE) {
    if (!isPlainText(bytes, start + 1, end - 1)) return undefined;
    const raw = bytes.toString('utf8', start, end);
    return { raw, key: raw };
  }
  const value = plainNumber(bytes, start, end);
  return value === -1 ? undefined : new WholeNumberId(value);
}
