import { sha256Hex } from '../evidence/canonical.js';
import { isPlainObject, jsonTextOf } from './json-value.js';

/** A result as the guard keeps and compares it. */
export interface RecordedResult {
  readonly hash: string;
  /** JSON text, for the ledger. */
  readonly text: string;
}

const NOTHING = JSON.stringify({ nothing: true });
const UNRECORDED = JSON.stringify({ unrecorded: true });

/** What is kept of a result. One that JSON does not carry whole is like nothing else, and cannot be returned again. */
export function recordResult(value: unknown, randomHex: (bytes: number) => string): RecordedResult {
  const json = jsonTextOf(value === undefined ? null : value);
  if (json === undefined) return { hash: randomHex(32), text: UNRECORDED };
  const text = value === undefined ? NOTHING : `{"returned":${json}}`;
  return { hash: sha256Hex(text), text };
}

/** The result that a text of `recordResult` stands for, or undefined when there is none to return again. */
export function readRecorded(text: string | undefined): { readonly value: unknown } | undefined {
  if (text === undefined) return undefined;
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isPlainObject(kept)) return undefined;
  if (kept.nothing === true) return { value: undefined };
  return 'returned' in kept ? { value: kept.returned } : undefined;
}
