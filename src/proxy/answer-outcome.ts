import { createHash } from 'node:crypto';
import type { Settings } from '../config/settings.js';
import { sha256Hex } from '../evidence/canonical.js';
import { classOfFailedResult, classOfRpcError } from '../guard/answer-error.js';
import { beginningOfText, enoughFor, resultText } from '../guard/result-text.js';
import type { Outcome } from '../guard/tool-call.js';
import { type Member, valueText } from '../jsonrpc/scan.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import { answerCost } from './answer-cost.js';

const COMMA = 0x2c;

/** The span of `_meta` with the comma that joins it to its neighbours. */
function metaSpan(bytes: Buffer, meta: Member): { start: number; end: number } {
  const after = bytes.subarray(meta.valueEnd).findIndex((byte) => byte > 0x20);
  if (bytes[meta.valueEnd + after] === COMMA) {
    return { start: meta.keyStart, end: meta.valueEnd + after + 1 };
  }
  let start = meta.keyStart;
  while (start > 0 && (bytes[start - 1] ?? 0) <= 0x20) start -= 1;
  return { start: bytes[start - 1] === COMMA ? start - 1 : meta.keyStart, end: meta.valueEnd };
}

/** SHA-256 over the bytes of `result`, else `error`, as they came; `_meta` left out, for it may hold times and ids. */
function hashAnswer({ bytes, result, error, resultMembers }: AnswerMessage): string {
  const member = result ?? error;
  if (member === undefined) return sha256Hex('');
  const { valueStart, valueEnd } = member;
  const meta = result === undefined ? undefined : resultMembers.get('_meta');
  if (meta === undefined) return sha256Hex(bytes.subarray(valueStart, valueEnd));
  const { start, end } = metaSpan(bytes, meta);
  return createHash('sha256')
    .update(bytes.subarray(valueStart, start))
    .update(bytes.subarray(end, valueEnd))
    .digest('hex');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function classOf({ bytes, result, error }: AnswerMessage): string {
  if (error !== undefined) return classOfRpcError(parse(valueText(bytes, error)));
  return result === undefined ? 'no result' : classOfFailedResult(parse(valueText(bytes, result)));
}

/** True for an answer that asks the client for input first (2026-07-28): the call has not ended with it. */
export function asksForInput({ bytes, resultMembers }: AnswerMessage): boolean {
  const type = resultMembers.get('resultType');
  return type !== undefined && valueText(bytes, type) === '"input_required"';
}

/** What an answer means for the account: both `result` and `error`, or neither, count as an error. */
export function outcomeOf(
  answer: AnswerMessage,
  providers: Settings['providers'],
): Exclude<Outcome, { kind: 'unknown' }> {
  const { bytes, result, error, resultMembers } = answer;
  const said = result ?? error;
  const resultHash = hashAnswer(answer);
  const size = said === undefined ? 0 : said.valueEnd - said.valueStart;
  const text = (): string => (said === undefined ? '' : resultText(valueText(bytes, said)));
  const isError = resultMembers.get('isError');
  const failed = isError !== undefined && valueText(bytes, isError) === 'true';
  if (result === undefined || error !== undefined || failed) {
    return { kind: 'failure', resultHash, size, text, errorClass: classOf(answer) };
  }
  const cost = answerCost(answer, providers);
  // Written out: copies by spread are slow, and this is made for every answer.
  const whole = (): string => valueText(bytes, result);
  const beginning = (characters: number): string | undefined => {
    const end = Math.min(result.valueEnd, result.valueStart + enoughFor(characters));
    return beginningOfText(bytes.toString('utf8', result.valueStart, end), characters);
  };
  return cost === undefined
    ? { kind: 'success', resultHash, size, text, result: whole, beginning }
    : { kind: 'success', resultHash, size, text, result: whole, beginning, cost };
}
