import { formatUsd, isUsd, usdToMicros } from '../config/money.js';
import type { Micros } from '../config/settings.js';
import { sha256Hex } from '../evidence/canonical.js';
import { errorClass } from '../guard/error-class.js';
import { resultText } from '../guard/result-text.js';
import type { Outcome } from '../guard/tool-call.js';
import type { GuardOptions } from './options.js';
import { recordResult } from './recorded-result.js';

/** A function that belongs to the caller's options failed; its call did not. */
type OnNotice = (text: string) => void;

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : Object.prototype.toString.call(error);
}

/** What a call cost that returned `result`, or undefined where its estimate has to do. */
export function actualCost<Result>(
  { name, cost }: { readonly name: string; readonly cost: GuardOptions<never, Result>['cost'] },
  result: Result,
  estimate: Micros,
  onNotice: OnNotice,
): Micros | undefined {
  if (cost === undefined) return undefined;
  let found: unknown;
  try {
    found = typeof cost === 'number' ? cost : cost(result);
    if (isUsd(found)) return usdToMicros(found);
  } catch (error) {
    found = textOf(error);
  }
  // The call has happened, and its result must not be lost over its price.
  onNotice(
    `the option cost of "${name}" gave ${String(found)}, which is no amount of US dollars; the estimate of ${formatUsd(estimate)} was charged`,
  );
  return undefined;
}

/** The function returned. */
export function successOf(
  result: unknown,
  cost: Micros | undefined,
  randomHex: (bytes: number) => string,
): Extract<Outcome, { kind: 'success' }> {
  const { hash, text } = recordResult(result, randomHex);
  const outcome = {
    kind: 'success',
    resultHash: hash,
    size: text.length,
    text: () => resultText(text),
    result: () => text,
  } as const;
  return cost === undefined ? outcome : { ...outcome, cost };
}

/** The function threw: a failure, unless its owner says that nobody knows what happened. */
export function failureOf(
  error: unknown,
  unknownIf: ((error: unknown) => boolean) | undefined,
  onNotice: OnNotice,
): Extract<Outcome, { kind: 'failure' | 'unknown' }> {
  const text = textOf(error);
  try {
    if (unknownIf?.(error) === true) return { kind: 'unknown', reason: 'connection lost' };
  } catch (fault) {
    onNotice(`the option unknownIf threw: ${textOf(fault)}; the outcome counts as unknown`);
    return { kind: 'unknown', reason: 'connection lost' };
  }
  const resultHash = sha256Hex(`${error instanceof Error ? error.name : ''}: ${text}`);
  const size = text.length;
  return { kind: 'failure', resultHash, size, text: () => text, errorClass: errorClass(text) };
}
