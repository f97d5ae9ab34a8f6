import { createHash, type Hash, randomBytes } from 'node:crypto';
import { sha256Hex } from '../evidence/canonical.js';
import { GUEST_BYTES, type ScannedMemory, scannedMemoryOf } from '../jsonrpc/scanned-memory.js';
import { BLOCK_HASH_MODULE } from './block-hash-module.js';

/* The memory: the key, the hashes of the blocks, and the blocks, so many bytes at a time. */
const KEY_BYTES = 1_040;
const OUT_AT = 2_048;
const BLOCKS_AT = 4_096;
const BLOCKS_BYTES = 61_440;
const BLOCK_BYTES = 1_024;
const HASH_BYTES = 16;
/** Blocks end with zeros up to a multiple of so many bytes. */
const STEP_BYTES = 32;
/** Behind the hashes stands how long all was. */
const LENGTH_BYTES = 6;
/** Shorter pieces are copied: one call of SHA-256 is then enough. */
const LEAST_IN_PLACE = BLOCKS_BYTES;
/** So much at a time: the hashes of its blocks must fit behind the key. */
const MOST_IN_PLACE = Math.floor((GUEST_BYTES - OUT_AT) / HASH_BYTES) * BLOCK_BYTES;

type HashBlocks = (at: number, length: number, key: number, out: number) => void;

let compiled: WebAssembly.Module | undefined;

/** Throws where there is no WebAssembly. */
function hashBlocksIn(memory: WebAssembly.Memory): HashBlocks {
  compiled ??= new WebAssembly.Module(Buffer.from(BLOCK_HASH_MODULE, 'base64'));
  const { hashBlocks } = new WebAssembly.Instance(compiled, { blocks: { memory } }).exports;
  if (!isHashBlocks(hashBlocks)) throw new Error('the module has no hashBlocks');
  return hashBlocks;
}

function isHashBlocks(value: unknown): value is HashBlocks {
  return typeof value === 'function';
}

/**
 * A digest under a key that is made for it and that nobody knows: SHA-256 over a hash of each kilobyte, of which two
 * different ones have the same with a probability of at most 2^-64 (RFC 4418, section 6.1). On ten kilobytes it takes a
 * sixth of what SHA-256 takes, and on more a tenth.
 */
export class BlockHash {
  /** Hashes where the bytes lie, by the memory that they lie in. */
  private readonly guests = new WeakMap<ScannedMemory, HashBlocks>();

  private constructor(
    private readonly memory: Buffer,
    private readonly hashBlocks: HashBlocks,
    private readonly key: Uint8Array,
  ) {
    memory.set(key);
  }

  /** Undefined where there is no WebAssembly. The key has 1040 bytes. */
  static create(key: Uint8Array = randomBytes(KEY_BYTES)): BlockHash | undefined {
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
      return new BlockHash(Buffer.from(memory.buffer), hashBlocksIn(memory), key);
    } catch {
      return undefined;
    }
  }

  /** In hex; the same for the same bytes, whatever pieces they are in. */
  of(pieces: readonly Uint8Array[]): string {
    const { memory } = this;
    let hash: Hash | undefined;
    let total = 0;
    let filled = 0;
    for (const piece of pieces) {
      total += piece.length;
      let taken = 0;
      const seen = filled === 0 && piece.length >= LEAST_IN_PLACE && scannedMemoryOf(piece.buffer);
      if (seen) {
        hash ??= createHash('sha256');
        taken = this.inPlace(seen, piece, hash);
      }
      while (taken < piece.length) {
        const part = piece.subarray(taken, taken + BLOCKS_BYTES - filled);
        memory.set(part, BLOCKS_AT + filled);
        taken += part.length;
        filled += part.length;
        if (filled < BLOCKS_BYTES) continue;
        hash = (hash ?? createHash('sha256')).update(this.hashed(filled));
        filled = 0;
      }
    }
    const last = this.hashed(filled);
    memory.writeUIntLE(total, OUT_AT + last.length, LENGTH_BYTES);
    const end = memory.subarray(OUT_AT, OUT_AT + last.length + LENGTH_BYTES);
    return hash === undefined ? sha256Hex(end) : hash.update(end).digest('hex');
  }

  /** Hashes the whole blocks at the beginning of a piece, and returns how many bytes these are. */
  private inPlace(seen: ScannedMemory, piece: Uint8Array, hash: Hash): number {
    const { guests, key } = this;
    const whole = piece.length - (piece.length % BLOCK_BYTES);
    const hashBlocks = guests.get(seen) ?? hashBlocksIn(seen.memory);
    guests.set(seen, hashBlocks);
    const guest = Buffer.from(piece.buffer, 0, GUEST_BYTES);
    // Others may have theirs there.
    guest.set(key);
    for (let taken = 0; taken < whole; taken += MOST_IN_PLACE) {
      const length = Math.min(MOST_IN_PLACE, whole - taken);
      hashBlocks(piece.byteOffset + taken, length, 0, OUT_AT);
      hash.update(guest.subarray(OUT_AT, OUT_AT + (length / BLOCK_BYTES) * HASH_BYTES));
    }
    return whole;
  }

  /** The hashes of the blocks that the first `length` bytes are. */
  private hashed(length: number): Buffer {
    const padded = Math.ceil(length / STEP_BYTES) * STEP_BYTES;
    this.memory.fill(0, BLOCKS_AT + length, BLOCKS_AT + padded);
    this.hashBlocks(BLOCKS_AT, padded, 0, OUT_AT);
    const hashes = Math.ceil(length / BLOCK_BYTES) * HASH_BYTES;
    return this.memory.subarray(OUT_AT, OUT_AT + hashes);
  }
}
