import { isUtf8 } from 'node:buffer';
import { CanonicalSpan, type Unsorted } from './canonical-span.js';
import type { CanonicalPieces } from './ready-json.js';
import type { SecretNames } from './secret-names.js';
import type { FindStringStop } from './string-stops.js';

/**
 * The pieces of a value that stands in JSON text, put together as RFC 8785 spells the redacted value: its bytes can go
 * into a record as they are but for the order of members. One pass over the bytes, and no value is built of them.
 * Undefined also where that cannot be told in one pass: white space, names of members with escapes or beyond ASCII,
 * deep nesting, many objects that are not sorted, strings that hold JSON in which a secret may be named. `find` is given
 * where something finds the ends of strings in this memory faster than a walk.
 */
export function canonicalPieces(
  bytes: Buffer,
  start: number,
  end: number,
  secrets: SecretNames,
  find?: FindStringStop,
): CanonicalPieces | undefined {
  const span = new CanonicalSpan(bytes, secrets, find);
  if (span.value(start, 0) !== end || !isUtf8(bytes.subarray(start, end))) return undefined;
  const pieces: (string | Buffer)[] = [];
  const { unsorted } = span;
  if (unsorted.length > 1) unsorted.sort((a, b) => a.start - b.start);
  putInOrder(bytes, start, end, unsorted, pieces);
  return pieces;
}

/** Adds what stands from `start` to `end`; `unsorted` are the objects there and elsewhere, by their start. */
function putInOrder(
  bytes: Buffer,
  start: number,
  end: number,
  unsorted: readonly Unsorted[],
  pieces: (string | Buffer)[],
): void {
  let at = start;
  for (const object of unsorted) {
    // One before it may have been around it, and has put it in order already.
    if (object.start < at || object.end > end) continue;
    pieces.push(bytes.subarray(at, object.start + 1));
    let separator = '';
    for (const member of object.members) {
      if (separator !== '') pieces.push(separator);
      separator = ',';
      putInOrder(bytes, member.start, member.end, unsorted, pieces);
    }
    at = object.end - 1;
  }
  pieces.push(bytes.subarray(at, end));
}
