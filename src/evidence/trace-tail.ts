import { readSync } from 'node:fs';
import { type ChainHead, EMPTY_CHAIN, linePrefix } from './hash-chain.js';
import { MAX_LINE_BYTES, readTraceLine } from './trace-line.js';

/** How an existing file ends. */
export type TraceTail =
  /** It can be continued: its chain's head, and how many bytes are good; the rest is an unfinished line. */
  | { readonly kind: 'chain'; readonly head: ChainHead; readonly goodBytes: number }
  /** It is not a trace, or not an unharmed one. */
  | { readonly kind: 'foreign'; readonly reason: string };

const NEWLINE = 0x0a;
const FIRST_CHUNK = 64 * 1024;

function readRange(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(fd, bytes, filled, bytes.length - filled, from + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** Position after the last line end before `end`, or 0 for the start of the file; undefined when the line is too long. */
function lineStart(fd: number, end: number): number | undefined {
  let to = end;
  for (let chunk = FIRST_CHUNK; to > 0; chunk *= 2) {
    const from = Math.max(0, to - chunk);
    const found = readRange(fd, from, to).lastIndexOf(NEWLINE);
    if (found !== -1) return from + found + 1;
    if (end - from > MAX_LINE_BYTES) return undefined;
    to = from;
  }
  return 0;
}

/** Whether the bytes are how a line of ours would begin that continues `head`. */
function beginsLine(bytes: Buffer, head: ChainHead): boolean {
  const prefix = Buffer.from(linePrefix(head));
  const length = Math.min(bytes.length, prefix.length);
  return bytes.subarray(0, length).equals(prefix.subarray(0, length));
}

/**
 * Looks at the end of a file of `size` bytes: the last complete line must be a record whose hash fits,
 * and what follows it, if anything, must be the beginning of the next one.
 * Only the end is read; whether the rest is unharmed is for `verifyTrace` to say.
 */
export function readTail(fd: number, size: number): TraceTail {
  const goodBytes = lineStart(fd, size);
  if (goodBytes === undefined) return { kind: 'foreign', reason: 'its last line is too long' };
  let head = EMPTY_CHAIN;
  if (goodBytes > 0) {
    const start = lineStart(fd, goodBytes - 1);
    if (start === undefined) return { kind: 'foreign', reason: 'its last line is too long' };
    const reading = readTraceLine(readRange(fd, start, goodBytes - 1), false);
    if (!reading.ok) {
      return {
        kind: 'foreign',
        reason: `its last line is no record of a trace: ${reading.reason}`,
      };
    }
    head = reading.record;
  }
  if (!beginsLine(readRange(fd, goodBytes, Math.min(size, goodBytes + 256)), head)) {
    return { kind: 'foreign', reason: 'it ends in something that is no record of a trace' };
  }
  return { kind: 'chain', head, goodBytes };
}
