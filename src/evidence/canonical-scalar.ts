/* How RFC 8785 spells numbers, words and the inside of strings; every function returns where it ends, or -1. */

const LETTER_U = 0x75;
const ZERO = 0x30;

/** 1 for what follows a backslash in the short escapes (section 3.2.2.2); `\/` is none of them. */
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
/** Control characters that have no short escape, from after the backslash. */
const CONTROL = /^u00(?:0[0-7bef]|1[0-9a-f])$/;
/** Any number of so many digits is exact. */
const SAFE_DIGITS = 15;
/** What can stand in a number beside digits. */
const NUMBER_BYTES = Buffer.from('-+.eE');
/** RFC 8785 needs fewer characters for any number. */
const LONGEST_SCALAR = 32;

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Whether a character has an escape of two. */
export function isShortEscape(byte: number | undefined): boolean {
  return byte !== undefined && ESCAPED[byte] === 1;
}

/** Of an escape that is not a short one; `at` is behind its backslash. */
export function longEscapeEnd(bytes: Buffer, at: number): number {
  if (bytes[at] !== LETTER_U) return -1;
  return CONTROL.test(bytes.toString('latin1', at, at + 5)) ? at + 5 : -1;
}

/** Of a number, `true`, `false` or `null`. Numbers that a double cannot hold have no end: records show them as strings. */
export function scalarEnd(bytes: Buffer, at: number): number {
  let end = at;
  while (isDigit(bytes[end])) end += 1;
  const isShort = end > at && end - at <= SAFE_DIGITS && (bytes[at] !== ZERO || end === at + 1);
  if (isShort && !NUMBER_BYTES.includes(bytes[end] ?? 0)) return end;
  const token = bytes.toString('latin1', at, at + LONGEST_SCALAR);
  const literal = /^(?:true|false|null)/.exec(token)?.[0];
  if (literal !== undefined) return at + literal.length;
  const number = /^[-+.\deE]+/.exec(token)?.[0];
  if (number === undefined || number.length === LONGEST_SCALAR) return -1;
  const value = Number(number);
  const isExact = Number.isSafeInteger(value) || /[.e]/.test(number);
  // What a double holds and 0 without a sign are spelled so and in no other way.
  return isExact && String(value) === number ? at + number.length : -1;
}
