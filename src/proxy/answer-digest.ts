import { createHash } from 'node:crypto';
import { sha256Hex } from '../evidence/canonical.js';
import { BlockHash } from './block-hash.js';

/** Bytes that are left out of others. */
export interface LeftOut {
  readonly start: number;
  readonly end: number;
}

/**
 * Tells answers apart: what stands in `bytes` from `start` to `end`, but for what is left out of it. The same for the same
 * bytes, wherever they stand and whatever stood between them.
 */
export type AnswerDigest = (bytes: Buffer, start: number, end: number, leftOut?: LeftOut) => string;

function piecesOf(bytes: Buffer, start: number, end: number, leftOut?: LeftOut): Buffer[] {
  return leftOut === undefined
    ? [bytes.subarray(start, end)]
    : [bytes.subarray(start, leftOut.start), bytes.subarray(leftOut.end, end)];
}

function sha256Of(pieces: readonly Buffer[]): string {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) return sha256Hex(first);
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** SHA-256 in hex, as traces have it. */
export const sha256: AnswerDigest = (...place) => sha256Of(piecesOf(...place));

/** Up to here the bytes themselves are compared and kept sooner than they are hashed. */
const SMALL_BYTES = 160;
/** Up to here SHA-256 takes no longer than anything else. */
const SHORT_BYTES = 1_024;

/** What stands in a text for bytes that are no UTF-8. */
const NO_CHARACTER = '\ufffd';

/** Whether a digest is no hash but what it was made of. */
export function isOwnText(digest: string): boolean {
  return digest.startsWith('{');
}

/** As its own digest; undefined where that could be a hash, or the digest of other bytes. */
function ownText(bytes: Buffer, start: number, end: number, leftOut?: LeftOut): string | undefined {
  const text =
    leftOut === undefined
      ? bytes.toString('utf8', start, end)
      : Buffer.concat(piecesOf(bytes, start, end, leftOut)).toString('utf8');
  return isOwnText(text) && !text.includes(NO_CHARACTER) ? text : undefined;
}

/**
 * A digest that only this process can make, and none that leaves it. Very small answers are their own, short ones have
 * SHA-256, and longer ones a `BlockHash`.
 */
export function privateDigest(): AnswerDigest {
  let blocks: BlockHash | 'none' | undefined;
  return (bytes, start, end, leftOut) => {
    const size = end - start - (leftOut === undefined ? 0 : leftOut.end - leftOut.start);
    const text = size <= SMALL_BYTES ? ownText(bytes, start, end, leftOut) : undefined;
    if (text !== undefined) return text;
    const pieces = piecesOf(bytes, start, end, leftOut);
    if (size <= SHORT_BYTES) return sha256Of(pieces);
    blocks ??= BlockHash.create() ?? 'none';
    return blocks === 'none' ? sha256Of(pieces) : blocks.of(pieces);
  };
}
