import { canonicalJsonExact } from './canonical.js';
import { duplicateMember } from './duplicate-member.js';
import { type ChainRecord, seal } from './hash-chain.js';
import { TRACE_FORMAT } from './trace-payload.js';

/** What one line of a trace says when it is looked at alone. */
export type LineReading =
  | { readonly ok: true; readonly record: ChainRecord }
  | { readonly ok: false; readonly reason: string };

/** Longer lines are not read: fuze writes none, and a JavaScript string could not hold them. */
export const MAX_LINE_BYTES = 256 * 1024 * 1024;

const HASH = /^[0-9a-f]{64}$/;
const MEMBERS = new Set(['sequence', 'prevHash', 'payload', 'hash']);
const CARRIAGE_RETURN = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

// The decoder must not swallow a byte order mark: it is a change like any other.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function wrong(reason: string): LineReading {
  return { ok: false, reason };
}

/** A JSON object's members; arrays and everything else have none. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** Whether this payload opens a session that promises the spelling of `seal`. */
export function declaresFormat(payload: unknown): boolean {
  const { kind, format } = membersOf(payload);
  return kind === 'session.start' && format === TRACE_FORMAT;
}

/** The bytes as a text, or the reason why they cannot be one line of a trace. */
function decode(bytes: Uint8Array): { text: string } | { reason: string } {
  if (bytes.length === 0) return { reason: 'blank line' };
  if (BOM.equals(bytes.subarray(0, 3))) return { reason: 'begins with a byte order mark' };
  if (bytes.at(-1) === CARRIAGE_RETURN) return { reason: 'ends in CR LF instead of LF' };
  try {
    return { text: utf8.decode(bytes) };
  } catch {
    return { reason: 'not valid UTF-8' };
  }
}

/** The record that a text spells, its hash not yet checked. */
function parseRecord(text: string): ChainRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const members = membersOf(value);
  const { sequence, prevHash, payload, hash } = members;
  if (!Number.isSafeInteger(sequence) || typeof sequence !== 'number' || sequence < 0) {
    return 'no "sequence" that is a whole number';
  }
  if (typeof prevHash !== 'string' || !HASH.test(prevHash)) return 'no "prevHash" of 64 hex digits';
  if (typeof hash !== 'string' || !HASH.test(hash)) return 'no "hash" of 64 hex digits';
  if (payload === undefined) return 'no "payload"';
  const extra = Object.keys(members).find((name) => !MEMBERS.has(name));
  if (extra !== undefined) return `member ${JSON.stringify(extra)} is not covered by the hash`;
  return { sequence, prevHash, payload, hash };
}

/**
 * Reads one line, without its line end, and checks the record's own hash.
 * With `exact`, or when the line itself declares TRACE_FORMAT, it must also be spelled byte for byte
 * as `seal` would: then no change goes unseen, not even one that leaves the JSON value the same.
 */
export function readTraceLine(bytes: Uint8Array, exact: boolean): LineReading {
  const decoded = decode(bytes);
  if ('reason' in decoded) return wrong(decoded.reason);
  const record = parseRecord(decoded.text);
  if (typeof record === 'string') return wrong(record);
  let payloadText: string;
  try {
    payloadText = canonicalJsonExact(record.payload);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const sealed = seal({ sequence: record.sequence - 1, hash: record.prevHash }, payloadText);
  if (sealed.head.hash !== record.hash) {
    return wrong(
      `its hash does not fit its content (written ${record.hash}, computed ${sealed.head.hash})`,
    );
  }
  if (exact || declaresFormat(record.payload)) {
    if (sealed.line === decoded.text) return { ok: true, record };
    return wrong(`says the same, but is not spelled as ${TRACE_FORMAT} spells it`);
  }
  const duplicate = duplicateMember(decoded.text);
  if (duplicate !== undefined) return wrong(`member ${JSON.stringify(duplicate)} stands twice`);
  return { ok: true, record };
}
