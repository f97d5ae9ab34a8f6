/**
 * Walks JSON text as bytes and reports where things stand, without building values (grammar: RFC 8259).
 * Positions are byte offsets; -1 stands for "not JSON". The inside of strings is not checked for bad escapes.
 */

import { skipScalar, skipSpace, skipString } from './scan-scalar.js';

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Where a member of an object stands: its key with quotes, its value without surrounding space. */
export interface Member {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** From the end of a key to the start of its value. */
function skipColon(bytes: Buffer, keyEnd: number, end: number): number {
  if (keyEnd === -1) return -1;
  const colon = skipSpace(bytes, keyEnd, end);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1, end) : -1;
}

/** From a key's opening quote to the start of its value. */
function skipKey(bytes: Buffer, at: number, end: number): number {
  return bytes[at] === QUOTE ? skipColon(bytes, skipString(bytes, at, end), end) : -1;
}

/** What closes the objects and arrays that are open; one for all walks, which come one after the other. */
const closers: number[] = [];
/** Deeper nesting is rare, and its memory is let go of. */
const KEPT_DEPTH = 1_000;

/**
 * The position after the value that begins at `at`. Iterative: nesting costs no stack. What stands behind `end` belongs to
 * others: a position there is to be taken for -1.
 */
export function skipValue(bytes: Buffer, at: number, end = bytes.length): number {
  const first = bytes[at];
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return skipScalar(bytes, at, end);
  const position = skipNested(bytes, at, end);
  if (closers.length > KEPT_DEPTH) closers.length = 0;
  return position;
}

function skipNested(bytes: Buffer, at: number, end: number): number {
  let depth = 0;
  let position = at;
  for (;;) {
    if (position >= end) return -1;
    const byte = bytes[position];
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const closer = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
      position = skipSpace(bytes, position + 1, end);
      if (bytes[position] === closer) {
        position += 1;
      } else {
        closers[depth] = closer;
        depth += 1;
        if (byte === OPEN_BRACE) position = skipKey(bytes, position, end);
        if (position === -1) return -1;
        continue;
      }
    } else {
      position = skipScalar(bytes, position, end);
      if (position === -1) return -1;
    }
    // A value ended: close what closes, until a comma announces the next one.
    for (;;) {
      if (depth === 0) return position;
      const closer = closers[depth - 1];
      position = skipSpace(bytes, position, end);
      const next = bytes[position];
      if (next === closer) {
        depth -= 1;
        position += 1;
      } else if (next === COMMA) {
        position = skipSpace(bytes, position + 1, end);
        if (closer === CLOSE_BRACE) position = skipKey(bytes, position, end);
        if (position === -1) return -1;
        break;
      } else {
        return -1;
      }
    }
  }
}

/**
 * Calls `visit` for every member of the object at `at` and returns the position after it.
 * `walk` may step through a value by itself and return its end, so that nothing is walked twice.
 */
export function scanMembers(
  bytes: Buffer,
  at: number,
  visit: (member: Member) => void,
  walk?: (keyStart: number, keyEnd: number, valueStart: number) => number | undefined,
): number {
  if (bytes[at] !== OPEN_BRACE) return -1;
  let position = skipSpace(bytes, at + 1);
  if (bytes[position] === CLOSE_BRACE) return position + 1;
  for (;;) {
    const keyStart = position;
    const keyEnd = bytes[keyStart] === QUOTE ? skipString(bytes, keyStart) : -1;
    const valueStart = skipColon(bytes, keyEnd, bytes.length);
    if (valueStart === -1) return -1;
    const valueEnd = walk?.(keyStart, keyEnd, valueStart) ?? skipValue(bytes, valueStart);
    if (valueEnd === -1) return -1;
    visit({ keyStart, keyEnd, valueStart, valueEnd });
    position = skipSpace(bytes, valueEnd);
    const next = bytes[position];
    if (next === CLOSE_BRACE) return position + 1;
    if (next !== COMMA) return -1;
    position = skipSpace(bytes, position + 1);
  }
}

/** Start and end of every element of the array at `at`, or undefined when it is not well formed up to the end of `bytes`. */
export function scanElements(
  bytes: Buffer,
  at: number,
): { start: number; end: number }[] | undefined {
  if (bytes[at] !== OPEN_BRACKET) return undefined;
  const elements: { start: number; end: number }[] = [];
  let position = skipSpace(bytes, at + 1);
  const isEmpty = bytes[position] === CLOSE_BRACKET;
  while (!isEmpty) {
    const end = skipValue(bytes, position);
    if (end === -1) return undefined;
    elements.push({ start: position, end });
    position = skipSpace(bytes, end);
    if (bytes[position] === CLOSE_BRACKET) break;
    if (bytes[position] !== COMMA) return undefined;
    position = skipSpace(bytes, position + 1);
  }
  return skipSpace(bytes, position + 1) === bytes.length ? elements : undefined;
}

/** The text of a key, escapes resolved, from its span with quotes. */
export function keyText(bytes: Buffer, start: number, end: number): string {
  const inner = bytes.toString('utf8', start + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  return parseString(`"${inner}"`) ?? inner;
}

/** The JSON text of a member's value. */
export function valueText(bytes: Buffer, { valueStart, valueEnd }: Member): string {
  return bytes.toString('utf8', valueStart, valueEnd);
}

/** The value of a JSON string given with its quotes, or undefined when it is none. */
export function parseString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
