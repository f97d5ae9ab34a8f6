/** 64 bits that tell texts apart: two halves of 32, as signed numbers, which V8 keeps in no object of their own. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

const NOTHING: Fingerprint = { high: 0, low: 0 };

function mixed(half: number): number {
  let bits = half;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/**
 * The fingerprint of a text: two of a billion texts have the same one with a probability of 1 in 40. For what would
 * take memory for as long as it is remembered, and is compared with a few thousand others. Two lanes that go through the
 * text together, two characters at a time, each finished as MurmurHash3 finishes (A. Appleby, public domain), and each
 * in the end with the other. With the print of a text before it, the fingerprint is of both.
 */
export function fingerprintOf(text: string, before: Fingerprint = NOTHING): Fingerprint {
  const { length } = text;
  let one = 0x9e3779b9 ^ length ^ before.high;
  let other = 0x7f4a7c15 ^ before.low;
  for (let index = 0; index < length; index += 2) {
    const next = index + 1 < length ? text.charCodeAt(index + 1) : 0;
    const code = text.charCodeAt(index) | (next << 16);
    one = Math.imul(one ^ code, 0x01000193 | 0);
    one = (one << 13) | (one >>> 19);
    other = Math.imul(other ^ code, 0x5bd1e995 | 0);
    other ^= other >>> 15;
  }
  const high = mixed(one ^ (other >>> 11));
  return { high, low: mixed(other ^ high) };
}

export function isSamePrint(one: Fingerprint, other: Fingerprint): boolean {
  return one.high === other.high && one.low === other.low;
}
