import crypto, { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { canonicalText } from './canonical-text.js';
import { wellFormed } from './well-formed.js';

/**
 * JSON text by RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript writes them,
 * no white space. What JSON cannot carry is treated as `wellFormed` says.
 * Throws an Error in plain words for NaN, infinities, bigints, circular and too deeply nested values.
 */
export function canonicalJson(value: unknown): string {
  try {
    return canonicalText(value);
  } catch {
    // The library decides what is wrong with it, if anything, and says so.
    return serialise(() => canonicalize(wellFormed(value)));
  }
}

/** As `canonicalJson`, but unpaired surrogates are an Error, as RFC 8785 section 3.2.2.2 wants it. */
export function canonicalJsonExact(value: unknown): string {
  return serialise(() => canonicalize(value));
}

function serialise(write: () => string | undefined): string {
  let text: string | undefined;
  try {
    text = write();
  } catch (error) {
    // A stack overflow: the only RangeError these values can cause.
    if (error instanceof RangeError) throw new Error('nested too deeply to be written as JSON');
    throw new Error(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text === undefined) throw new Error('not JSON: undefined, a function or a symbol');
  return text;
}

/**
 * One-shot hashing is about twice as fast on small records; Node 20 has it from 20.12 on. Taken out of its module once:
 * to ask that for it with each record takes a third as long as the hash.
 */
const { hash } = crypto;

/** Lower-case hex SHA-256 of bytes, or of a text as UTF-8. */
export const sha256Hex: (data: string | Uint8Array) => string =
  typeof hash === 'function'
    ? (data) => hash('sha256', data, 'hex')
    : (data) => createHash('sha256').update(data).digest('hex');
