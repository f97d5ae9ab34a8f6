import { finderFor } from './scanned-memory.js';

/**
 * Steps over what JSON text is made of between its braces and brackets; see `scan.ts`. A walk may be given an `end` before
 * that of the bytes: of what stands behind it, it looks at no more than a token.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Strings longer than this are searched by what is faster there, and slower for the many short ones. */
const INLINE_STRING_BYTES = 32;

/** The first position at or after `at` that is not JSON white space, or `end`. */
export function skipSpace(bytes: Buffer, at: number, end = bytes.length): number {
  let position = at;
  while (position < end) {
    const byte = bytes[position];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    position += 1;
  }
  return position;
}

/** From an opening quote to behind the closing one. */
export function skipString(bytes: Buffer, at: number, end = bytes.length): number {
  let position = at + 1;
  const inlineEnd = Math.min(position + INLINE_STRING_BYTES, end);
  while (position < inlineEnd) {
    const byte = bytes[position];
    if (byte === QUOTE) return position + 1;
    position += byte === BACKSLASH ? 2 : 1;
  }
  if (position >= end) return -1;
  const find = finderFor(bytes.buffer);
  if (find !== undefined) {
    const start = bytes.byteOffset;
    const quote = find(start + position, start + end, 0);
    return quote === -1 ? -1 : quote - start + 1;
  }
  const within = end === bytes.length ? bytes : bytes.subarray(0, end);
  for (;;) {
    const quote = within.indexOf(QUOTE, position);
    if (quote === -1) return -1;
    let slashes = quote;
    while (slashes > position && bytes[slashes - 1] === BACKSLASH) slashes -= 1;
    position = quote + 1;
    if ((quote - slashes) % 2 === 0) return position;
  }
}

/** Whether a byte is one of 0 to 9. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipDigits(bytes: Buffer, at: number): number {
  let position = at;
  while (isDigit(bytes[position])) position += 1;
  return position === at ? -1 : position;
}

function skipNumber(bytes: Buffer, at: number): number {
  let position = bytes[at] === 0x2d ? at + 1 : at;
  if (bytes[position] === 0x30) position += 1;
  else position = skipDigits(bytes, position);
  if (position !== -1 && bytes[position] === 0x2e) position = skipDigits(bytes, position + 1);
  if (position === -1) return -1;
  const exponent = bytes[position];
  if (exponent !== 0x65 && exponent !== 0x45) return position;
  const sign = bytes[position + 1];
  return skipDigits(bytes, position + (sign === 0x2b || sign === 0x2d ? 2 : 1));
}

const LITERALS: ReadonlyMap<number, string> = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
]);

/** The position behind the string, number or literal at `at`. */
export function skipScalar(bytes: Buffer, at: number, end = bytes.length): number {
  const byte = bytes[at];
  if (byte === QUOTE) return skipString(bytes, at, end);
  if (byte === 0x2d || isDigit(byte)) return skipNumber(bytes, at);
  const literal = byte === undefined ? undefined : LITERALS.get(byte);
  if (literal === undefined) return -1;
  const behind = at + literal.length;
  return bytes.toString('latin1', at, behind) === literal ? behind : -1;
}
