import { createHash } from 'node:crypto';
import { sha256Hex } from './canonical.js';
import { type ChainHead, hashedAfter, linePrefix, lineSuffix } from './hash-chain.js';
import type { CanonicalPieces } from './ready-json.js';

const LEAST_BYTES = 64 * 1024;
/** Memory up to here is kept for the next lines. */
const KEPT_BYTES = 1024 * 1024;
/** A piece from here on goes into the file from where it lies. */
const LARGE_BYTES = 256 * 1024;
/** What a line has beside its payload, with room to spare. */
const FRAME_BYTES = 512;

const OPEN_BRACE = 0x7b;
const COMMA = 0x2c;
/** How what is hashed begins, and what stands in the line before the payload but for its first character. */
const HASHED_BEFORE = '{"payload":';

function isLarge(piece: string | Buffer): piece is Buffer {
  return typeof piece !== 'string' && piece.length >= LARGE_BYTES;
}

/**
 * Lines of a trace on their way to the file, put together in memory that is used again. A line and what is hashed of
 * it have the payload in common: it is written once, and hashed where it stands.
 */
export class TraceLines {
  private memory = Buffer.allocUnsafeSlow(LEAST_BYTES);
  private length = 0;
  /** What goes out before the part of the memory that begins at `taken`. */
  private before: Buffer[] = [];
  private taken = 0;

  /** Adds the record that continues the chain, with its payload in canonical JSON; returns where the chain ends then. */
  add(head: ChainHead, payload: string | CanonicalPieces): ChainHead {
    const pieces = typeof payload === 'string' ? [payload] : payload;
    this.reserve(FRAME_BYTES);
    this.write(linePrefix(head));
    const hash = pieces.some(isLarge)
      ? this.addInPlace(head, pieces)
      : this.addCopied(head, pieces);
    this.reserve(FRAME_BYTES);
    this.write(`${lineSuffix(hash)}\n`);
    return { sequence: head.sequence + 1, hash };
  }

  /** All that was added; holds until something else is. */
  get pieces(): readonly Buffer[] {
    const rest = this.memory.subarray(this.taken, this.length);
    return this.before.length === 0 ? [rest] : [...this.before, rest];
  }

  clear(): void {
    this.before = [];
    this.taken = 0;
    this.length = 0;
    if (this.memory.length > KEPT_BYTES) this.memory = Buffer.allocUnsafeSlow(LEAST_BYTES);
  }

  private addCopied(head: ChainHead, pieces: CanonicalPieces): string {
    const start = this.length - HASHED_BEFORE.length;
    for (const piece of pieces) this.put(piece);
    const end = this.length;
    this.reserve(FRAME_BYTES);
    this.write(hashedAfter(head));
    this.memory[start] = OPEN_BRACE;
    const hash = sha256Hex(this.memory.subarray(start, this.length));
    this.memory[start] = COMMA;
    this.length = end;
    return hash;
  }

  private addInPlace(head: ChainHead, pieces: CanonicalPieces): string {
    const sha256 = createHash('sha256').update(HASHED_BEFORE);
    for (const piece of pieces) {
      sha256.update(piece);
      if (isLarge(piece)) {
        this.before.push(this.memory.subarray(this.taken, this.length), piece);
        this.taken = this.length;
      } else {
        this.put(piece);
      }
    }
    return sha256.update(hashedAfter(head)).digest('hex');
  }

  private put(piece: string | Buffer): void {
    if (typeof piece === 'string') {
      // A character has three bytes at the most.
      this.reserve(piece.length <= FRAME_BYTES ? 3 * piece.length : Buffer.byteLength(piece));
      this.length += this.memory.write(piece, this.length);
    } else {
      this.reserve(piece.length);
      this.length += piece.copy(this.memory, this.length);
    }
  }

  /** Of what is known to be ASCII, and to have room. */
  private write(text: string): void {
    this.length += this.memory.write(text, this.length, 'latin1');
  }

  private reserve(bytes: number): void {
    const wanted = this.length + bytes;
    if (wanted <= this.memory.length) return;
    const memory = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.memory.length));
    this.memory.copy(memory, 0, 0, this.length);
    this.memory = memory;
  }
}
