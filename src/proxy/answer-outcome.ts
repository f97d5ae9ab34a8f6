import type { Settings } from '../config/settings.js';
import { classOfFailedResult, classOfRpcError } from '../guard/answer-error.js';
import { resultText } from '../guard/result-text.js';
import { keepBeginning } from '../guard/text-beginning.js';
import type { Outcome } from '../guard/tool-call.js';
import { valueText } from '../jsonrpc/scan.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import { answerCost } from './answer-cost.js';
import type { AnswerDigest } from './answer-digest.js';
import { hashAnswer } from './answer-hash.js';

const NOTHING = Buffer.alloc(0);

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
  digest: AnswerDigest,
): Exclude<Outcome, { kind: 'unknown' }> {
  const { bytes, result, error, resultMembers } = answer;
  const said = result ?? error;
  const resultHash = hashAnswer(answer, digest);
  const value = said === undefined ? NOTHING : bytes.subarray(said.valueStart, said.valueEnd);
  const size = value.length;
  const whole = (): string => value.toString('utf8');
  const text = (): string => (said === undefined ? '' : resultText(whole()));
  const isError = resultMembers.get('isError');
  const failed = isError !== undefined && valueText(bytes, isError) === 'true';
  if (result === undefined || error !== undefined || failed) {
    return { kind: 'failure', resultHash, size, text, errorClass: classOf(answer) };
  }
  const cost = answerCost(answer, providers);
  const keep = (bytes: number): (() => string) | undefined => {
    if (size > bytes) return keepBeginning(value, bytes);
    const json = whole();
    return () => resultText(json);
  };
  // Written out: copies by spread are slow, and this is made for every answer.
  return cost === undefined
    ? { kind: 'success', resultHash, size, text, keep, result: whole }
    : { kind: 'success', resultHash, size, text, keep, result: whole, cost };
}
