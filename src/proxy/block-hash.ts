import { createHash, type Hash, randomBytes } from 'node:crypto';
import { sha256Hex } from '../evidence/canonical.js';
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

type HashBlocks = (at: number, length: number, key: number, out: number) => void;

function isHashBlocks(value: unknown): value is HashBlocks {
  return typeof value === 'function';
}

/**
 * A digest under a key that is made for it and that nobody knows: SHA-256 over a hash of each kilobyte, of which two
 * different ones have the same with a probability of at most 2^-64 (RFC 4418, section 6.1). On ten kilobytes it takes a
 * sixth of what SHA-256 takes, and on more a tenth.
 */
export class BlockHash {
  private constructor(
    private readonly memory: Buffer,
    private readonly hashBlocks: HashBlocks,
    key: Uint8Array,
  ) {
    memory.set(key);
  }

  /** Undefined where there is no WebAssembly. The key has 1040 bytes. */
  static create(key: Uint8Array = randomBytes(KEY_BYTES)): BlockHash | undefined {
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
      const module = new WebAssembly.Module(Buffer.from(BLOCK_HASH_MODULE, 'base64'));
      const { hashBlocks } = new WebAssembly.Instance(module, { blocks: { memory } }).exports;
      return isHashBlocks(hashBlocks)
        ? new BlockHash(Buffer.from(memory.buffer), hashBlocks, key)
        : undefined;
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
      for (let taken = 0; taken < piece.length; ) {
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

  /** The hashes of the blocks that the first `length` bytes are. */
  private hashed(length: number): Buffer {
    const padded = Math.ceil(length / STEP_BYTES) * STEP_BYTES;
    this.memory.fill(0, BLOCKS_AT + length, BLOCKS_AT + padded);
    this.hashBlocks(BLOCKS_AT, padded, 0, OUT_AT);
    const hashes = Math.ceil(length / BLOCK_BYTES) * HASH_BYTES;
    return this.memory.subarray(OUT_AT, OUT_AT + hashes);
  }
}
