import { createHash } from 'node:crypto';
import { sha256Hex } from '../evidence/canonical.js';
import { BlockHash } from './block-hash.js';

/** Tells answers apart: the same bytes, whatever pieces they are in, have the same digest. */
export type AnswerDigest = (pieces: readonly Buffer[]) => string;

/** SHA-256 in hex, as traces have it. */
export const sha256: AnswerDigest = (pieces) => {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) return sha256Hex(first);
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};

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

/** As their own digest; undefined where that could be a hash, or the digest of other bytes. */
function ownText(pieces: readonly Buffer[]): string | undefined {
  const [first] = pieces;
  const whole = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
  const text = whole.toString('utf8');
  return isOwnText(text) && !text.includes(NO_CHARACTER) ? text : undefined;
}

/**
 * A digest that only this process can make, and none that leaves it. Very small answers are their own, short ones have
 * SHA-256, and longer ones a `BlockHash`.
 */
export function privateDigest(): AnswerDigest {
  let blocks: BlockHash | 'none' | undefined;
  return (pieces) => {
    let size = 0;
    for (const { length } of pieces) size += length;
    const text = size <= SMALL_BYTES ? ownText(pieces) : undefined;
    if (text !== undefined) return text;
    if (size <= SHORT_BYTES) return sha256(pieces);
    blocks ??= BlockHash.create() ?? 'none';
    return blocks === 'none' ? sha256(pieces) : blocks.of(pieces);
  };
}
