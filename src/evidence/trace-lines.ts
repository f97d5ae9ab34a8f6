import { createHash } from 'node:crypto';
import { callRecordText, writeCallRecord } from './call-record-writer.js';
import { canonicalJson, sha256Hex } from './canonical.js';
import { type ChainHead, hashedAfter, linePrefix, lineSuffix } from './hash-chain.js';
import { JsonWriter } from './json-writer.js';
import type { TracePayload } from './trace-payload.js';

const LEAST_BYTES = 64 * 1024;
/** Memory up to here is kept for the next lines. */
const KEPT_BYTES = 1024 * 1024;
/** A piece from here on goes into the file from where it lies. */
const LARGE_BYTES = 256 * 1024;

const OPEN_BRACE = 0x7b;
const COMMA = 0x2c;
/** How what is hashed begins, and what stands in the line before the payload but for its first character. */
const HASHED_BEFORE = '{"payload":';

/** The memory of the lines; of a large piece it keeps where it belongs, and not the piece. */
class LineWriter extends JsonWriter {
  /** Large pieces, and where in the memory each of them belongs. */
  cuts: { readonly at: number; readonly piece: Buffer }[] = [];

  override copy(piece: Buffer): void {
    if (piece.length < LARGE_BYTES) super.copy(piece);
    else this.cuts.push({ at: this.length, piece });
  }

  /** What stands from a place on, in its pieces. */
  from(start: number): Buffer[] {
    const pieces: Buffer[] = [];
    let at = start;
    for (const cut of this.cuts) {
      if (cut.at < start) continue;
      pieces.push(this.bytes.subarray(at, cut.at), cut.piece);
      at = cut.at;
    }
    pieces.push(this.bytes.subarray(at, this.length));
    return pieces;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of a payload that is one text. */
function textOf(payload: TracePayload): string | undefined {
  if (payload.kind !== 'call') return undefined;
  try {
    return callRecordText(payload);
  } catch {
    return undefined;
  }
}

/**
 * Lines of a trace on their way to the file, put together in memory that is used again. A line and what is hashed of
 * it have the payload in common: it is written once, and hashed where it stands.
 */
export class TraceLines {
  private readonly out = new LineWriter(Buffer.allocUnsafeSlow(LEAST_BYTES));

  /** Adds the record that continues the chain; returns where the chain ends then. Never throws for what a record holds. */
  add(head: ChainHead, payload: TracePayload): ChainHead {
    const { out } = this;
    const prefix = linePrefix(head);
    const after = hashedAfter(head);
    const start = out.length + prefix.length - HASHED_BEFORE.length;
    const text = textOf(payload);
    if (text === undefined) {
      out.ascii(prefix);
      this.write(payload);
      out.ascii(after);
    } else {
      // At one go: for so short ones, each write costs more than what it writes.
      out.utf8(`${prefix}${text}${after}`);
    }
    const end = out.length - after.length;
    const hash = this.hashFrom(start);
    out.length = end;
    out.ascii(`${lineSuffix(hash)}\n`);
    return { sequence: head.sequence + 1, hash };
  }

  /** All that was added; holds until something else is. */
  get pieces(): readonly Buffer[] {
    return this.out.from(0);
  }

  clear(): void {
    const { out } = this;
    out.length = 0;
    if (out.cuts.length > 0) out.cuts = [];
    if (out.bytes.length > KEPT_BYTES) out.bytes = Buffer.allocUnsafeSlow(LEAST_BYTES);
  }

  /** A record that JSON cannot carry (a bigint, a circle, …) is written with its texts alone. */
  private write(payload: TracePayload): void {
    const { out } = this;
    const { length } = out;
    const cuts = out.cuts.length;
    try {
      if (payload.kind === 'call') writeCallRecord(out, payload);
      else out.value(payload);
      return;
    } catch {
      // The careful way below mends what can be mended, and says what cannot.
    }
    out.length = length;
    out.cuts.length = cuts;
    try {
      out.utf8(canonicalJson(payload));
    } catch (error) {
      const texts = Object.entries(payload).filter(([, member]) => typeof member === 'string');
      out.utf8(canonicalJson({ ...Object.fromEntries(texts), unwritable: messageOf(error) }));
    }
  }

  /** The hash of what stands from a place on, with a brace in the place of the comma that stands there. */
  private hashFrom(start: number): string {
    const { out } = this;
    out.bytes[start] = OPEN_BRACE;
    const pieces = out.from(start);
    const [first] = pieces;
    let hash: string;
    if (pieces.length === 1 && first !== undefined) hash = sha256Hex(first);
    else {
      const sha256 = createHash('sha256');
      for (const piece of pieces) sha256.update(piece);
      hash = sha256.digest('hex');
    }
    out.bytes[start] = COMMA;
    return hash;
  }
}
