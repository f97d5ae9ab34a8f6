import { isUtf8 } from 'node:buffer';
import { isShortEscape } from '../evidence/canonical-scalar.js';
import { isPlain } from '../evidence/plain-runs.js';
import type { CanonicalPieces } from '../evidence/ready-json.js';
import type { SecretNames } from '../evidence/secret-names.js';
import { TEXT_HEAD } from '../jsonrpc/plain-answer.js';
import { finderFor } from '../jsonrpc/scanned-memory.js';
import { spells } from '../jsonrpc/spells.js';

/** What stands behind the text, as it does in RFC 8785 too. */
const TAILS = ['}]}', '}],"isError":false}'] as const;
const NAMES = ['content', 'type', 'text', 'isError'] as const;
const CANONICAL_HEAD = '{"content":[{"text":';
const CANONICAL_MEMBER = ',"type":"text"';

/** Up to here a string is walked, and goes into the text of its record. */
const SHORT_BYTES = 600;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** Whether a string that begins so holds no JSON for sure; where one byte does not tell, others look at it. */
function beginsAsText(first: number): boolean {
  return isPlain(first) && first !== SPACE && first !== OPEN_BRACKET && first !== OPEN_BRACE;
}

/** From inside a string to its closing quote, where all of it is ASCII as RFC 8785 spells it; else -1. */
function shortStop(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isPlain(byte)) continue;
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH || !isShortEscape(bytes[at + 1])) return -1;
    at += 1;
  }
  return -1;
}

/**
 * Reads results of one text, as nearly all servers write them, and nothing else: all that other results need would
 * take longer than the rest of their record.
 */
export class TextResults {
  /** Whether nothing of such a result is a secret by its name. */
  private readonly mayShow: boolean;

  constructor(secrets: SecretNames) {
    this.mayShow = !NAMES.some((name) => secrets.has(name));
  }

  /** The result from `start` to `end` as RFC 8785 spells it; undefined for what another has to look at. */
  canonical(bytes: Buffer, start: number, end: number): CanonicalPieces | undefined {
    const from = start + TEXT_HEAD.length;
    if (!this.mayShow || bytes[from] !== QUOTE || !beginsAsText(bytes[from + 1] ?? 0)) {
      return undefined;
    }
    const tail = TAILS.find((each) => spells(bytes, end - each.length, end, each));
    if (tail === undefined || !spells(bytes, start, from, TEXT_HEAD)) return undefined;
    const to = end - tail.length;
    if (to - from <= SHORT_BYTES) {
      if (shortStop(bytes, from + 1, to) !== to - 1) return undefined;
      const text = bytes.toString('latin1', from, to);
      return [`${CANONICAL_HEAD}${text}${CANONICAL_MEMBER}${tail}`];
    }
    const find = finderFor(bytes.buffer);
    if (find === undefined) return undefined;
    const { byteOffset } = bytes;
    if (find(byteOffset + from + 1, byteOffset + to, 1) !== byteOffset + to - 1) return undefined;
    const text = bytes.subarray(from, to);
    return isUtf8(text) ? [CANONICAL_HEAD, text, `${CANONICAL_MEMBER}${tail}`] : undefined;
  }
}
