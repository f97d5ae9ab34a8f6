import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerDigest,
  isOwnText,
  privateDigest,
  sha256,
} from '../../src/proxy/answer-digest.js';

const whole = (digest: AnswerDigest, bytes: Buffer): string => digest(bytes, 0, bytes.length);

/** The digest of the same bytes, somewhere in others, with something in between that is left out. */
function parted(digest: AnswerDigest, bytes: Buffer, at: number): string {
  const place = at % (bytes.length + 1);
  const before = Buffer.from('before');
  const between = Buffer.from('between');
  const all = [before, bytes.subarray(0, place), between, bytes.subarray(place), before];
  const start = before.length;
  const leftOut = { start: start + place, end: start + place + between.length };
  return digest(Buffer.concat(all), start, start + bytes.length + between.length, leftOut);
}

describe.each([
  ['sha256', sha256],
  ['a private digest', privateDigest()],
])('%s', (_, digest) => {
  it.each([0, 1, 160, 161, 1_024, 1_025, 61_440, 61_441, 200_001])(
    'does not see how %i bytes are cut',
    (length) => {
      const bytes = randomBytes(length);
      fc.assert(
        fc.property(fc.nat(length), (at) => {
          expect(parted(digest, bytes, at)).toBe(whole(digest, bytes));
        }),
        { numRuns: 20 },
      );
    },
  );

  it('tells apart what differs in one bit, in length, or in order', () => {
    const bytes = randomBytes(20_000);
    const others = [0, 15, 9_999, 19_999].map((place) => {
      const other = Buffer.from(bytes);
      other[place] = (other[place] ?? 0) ^ 1;
      return other;
    });
    others.push(bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(1)]));
    others.push(Buffer.concat([bytes.subarray(16), bytes.subarray(0, 16)]));
    const digests = [bytes, ...others].map((one) => whole(digest, one));
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('sha256', () => {
  it('is what others compute', () => {
    const bytes = randomBytes(20_000);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(whole(sha256, bytes)).toBe(expected);
    expect(parted(sha256, bytes, 77)).toBe(expected);
  });
});

describe('a private digest', () => {
  it('of a very small answer is its text', () => {
    const text = '{"content":[{"type":"text","text":"schön 😀"}]}';
    expect(whole(privateDigest(), Buffer.from(text))).toBe(text);
    expect(parted(privateDigest(), Buffer.from(text), 42)).toBe(text);
  });

  it('is no text that could be a hash, or that other bytes have too', () => {
    const number = Buffer.from('1'.repeat(64));
    const broken = [0xc3, 0xe2].map((byte) => Buffer.from([0x7b, byte, 0x7d]));
    const digests = [number, ...broken].map((bytes) => whole(privateDigest(), bytes));
    for (const digest of digests) expect(isOwnText(digest)).toBe(false);
    expect(new Set(digests).size).toBe(3);
  });

  it('is another one in every process', () => {
    const bytes = randomBytes(20_000);
    expect(whole(privateDigest(), bytes)).not.toBe(whole(privateDigest(), bytes));
  });
});
