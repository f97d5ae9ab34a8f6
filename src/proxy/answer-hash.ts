import type { Member } from '../jsonrpc/scan.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import type { AnswerDigest, LeftOut } from './answer-digest.js';

const COMMA = 0x2c;

/** The span of `_meta` with the comma that joins it to its neighbours. */
function metaSpan(bytes: Buffer, meta: Member): LeftOut {
  const after = bytes.subarray(meta.valueEnd).findIndex((byte) => byte > 0x20);
  if (bytes[meta.valueEnd + after] === COMMA) {
    return { start: meta.keyStart, end: meta.valueEnd + after + 1 };
  }
  let start = meta.keyStart;
  while (start > 0 && (bytes[start - 1] ?? 0) <= 0x20) start -= 1;
  return { start: bytes[start - 1] === COMMA ? start - 1 : meta.keyStart, end: meta.valueEnd };
}

/** Over the bytes of `result`, else `error`, as they came; `_meta` left out, for it may hold times and ids. */
export function hashAnswer(
  { bytes, result, error, resultMembers }: AnswerMessage,
  digest: AnswerDigest,
): string {
  const member = result ?? error;
  if (member === undefined) return digest(bytes, 0, 0);
  const { valueStart, valueEnd } = member;
  const meta = result === undefined ? undefined : resultMembers.get('_meta');
  return digest(bytes, valueStart, valueEnd, meta && metaSpan(bytes, meta));
}
