import { isShortEscape } from './canonical-scalar.js';
import { PlainRuns } from './plain-runs.js';

const BACKSLASH = 0x5c;

/**
 * From a position inside a JSON string to that of its closing quote, or sooner to what RFC 8785 does not write as it
 * stands there: a control character, or what follows a backslash and is none of `"\bfnrt`; -1 where there is neither.
 */
export type StringStops = (at: number) => number;

/** The same as `finder` tells it of another memory, in which the bytes lie. */
export type FindStringStop = (at: number, end: number, strict: 0 | 1) => number;

/** By WebAssembly where the bytes lie in memory that it sees. */
export function stringStops(bytes: Buffer, find: FindStringStop | undefined): StringStops {
  if (find === undefined) return walkedStops(bytes);
  const { byteOffset, length } = bytes;
  return (at) => {
    const stop = find(byteOffset + at, byteOffset + length, 1);
    return stop === -1 ? -1 : stop - byteOffset;
  };
}

function walkedStops(bytes: Buffer): StringStops {
  const plain = new PlainRuns(bytes);
  return (at) => {
    let position = at;
    for (;;) {
      position = plain.end(position);
      const byte = bytes[position];
      if (byte === undefined) return -1;
      if (byte === BACKSLASH) {
        position += 1;
        if (position === bytes.length) return -1;
        if (!isShortEscape(bytes[position])) return position;
      } else if (byte < 0x80) {
        return position;
      }
      position += 1;
    }
  };
}
