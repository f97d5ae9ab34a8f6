import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ScannedMemory } from '../../src/jsonrpc/scanned-memory.js';
import { BlockHash } from '../../src/proxy/block-hash.js';
import { inScannedMemory } from '../jsonrpc/support/in-scanned-memory.js';

const KEY_BYTES = 1_040;
const WORD = 2n ** 32n;
const LONG = 2n ** 64n;

/** NH as RFC 4418, section 5.2.2, defines it, of one block with zeros up to a multiple of 32 bytes. */
function nh(block: Buffer, key: Buffer): bigint {
  const word = (bytes: Buffer, index: number): bigint => BigInt(bytes.readUInt32LE(4 * index));
  let sum = 0n;
  for (let at = 0; at < block.length / 4; at += 8) {
    for (let index = at; index < at + 4; index += 1) {
      const [one, other] = [index, index + 4].map((i) => (word(block, i) + word(key, i)) % WORD);
      sum = (sum + (one ?? 0n) * (other ?? 0n)) % LONG;
    }
  }
  return sum;
}

function expected(bytes: Buffer, key: Buffer): string {
  const hash = createHash('sha256');
  const out = Buffer.alloc(8);
  for (let at = 0; at < bytes.length; at += 1_024) {
    const block = bytes.subarray(at, at + 1_024);
    const padded = Buffer.concat([block, Buffer.alloc((32 - (block.length % 32)) % 32)]);
    for (const part of [key, key.subarray(16)]) {
      out.writeBigUInt64LE(nh(padded, part));
      hash.update(out);
    }
  }
  const length = Buffer.alloc(6);
  length.writeUIntLE(bytes.length, 0, 6);
  return hash.update(length).digest('hex');
}

it('is SHA-256 over two NH of each kilobyte, and over the length', () => {
  const length = fc.oneof(
    fc.nat(100),
    fc.nat(5_000),
    fc.constantFrom(1_024, 61_440, 61_441, 130_000),
  );
  fc.assert(
    fc.property(length, fc.nat(), (size, cut) => {
      const key = randomBytes(KEY_BYTES);
      const bytes = randomBytes(size);
      const place = cut % (size + 1);
      const pieces = [bytes.subarray(0, place), bytes.subarray(place)];
      expect(BlockHash.create(key)?.of(pieces)).toBe(expected(bytes, key));
    }),
    { numRuns: 100 },
  );
});

it('is the same where the bytes lie in memory that WebAssembly sees', () => {
  const one = BlockHash.create();
  const other = BlockHash.create();
  const sizes = fc.oneof(fc.nat(900_000), fc.constantFrom(61_440, 61_441, 62_464, 1_000_000));
  fc.assert(
    fc.property(sizes, fc.nat(2_000), fc.nat(2_000), (size, before, cut) => {
      const bytes = randomBytes(size);
      const seen = inScannedMemory(bytes, before);
      expect(one?.of([seen])).toBe(one?.of([bytes]));
      expect(other?.of([seen])).toBe(other?.of([bytes]));
      expect(one?.of([seen.subarray(0, cut), seen.subarray(cut)])).toBe(one?.of([bytes]));
      expect(seen.equals(bytes)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it('is the same of more than fits in one go', () => {
  const memory = ScannedMemory.of(9_000_000);
  if (memory === undefined) throw new Error('no WebAssembly here');
  const bytes = memory.bytes.subarray(3, 8_500_000);
  for (let at = 0; at < bytes.length; at += 4_096) bytes.writeUInt32LE(at, at);
  const hash = BlockHash.create();
  expect(hash?.of([bytes])).toBe(hash?.of([Buffer.from(bytes)]));
});

it('knows nothing of what it hashed before', () => {
  const hash = BlockHash.create();
  const short = [Buffer.from('a')];
  const before = hash?.of(short);
  hash?.of([Buffer.alloc(100_000, 'x')]);
  expect(hash?.of(short)).toBe(before);
  expect(BlockHash.create()?.of(short)).not.toBe(before);
});
