import { sha256Hex } from '../evidence/canonical.js';
import type { Run } from '../guard/run.js';
import { isObject } from '../jsonrpc/is-object.js';
import { type ModelUseOptions, meterModelUse } from './model-use.js';

/** More requests to the client's model than any server asks at once; what is above goes unmetered. */
const MAX_SAMPLINGS = 100;

/** What a server asks its client for with a result (multi round-trip requests, 2026-07-28). */
export interface Question {
  /** Digest of `requestState`, which the client has to send back as it came; undefined where there is none. */
  readonly state: string | undefined;
  /** Requests to the client's model that are not answered: bytes of their params by the digest of their key. */
  readonly samplings: Map<string, number>;
}

/** Stands for a text of the server's while it is remembered: a text may be as long as a message, and calls many. */
export function digest(text: string): string {
  return sha256Hex(text);
}

function samplingsIn(inputRequests: unknown): Map<string, number> {
  const asked = Object.entries(isObject(inputRequests) ? inputRequests : {}).flatMap(
    ([key, request]): [string, number][] =>
      isObject(request) && request.method === 'sampling/createMessage'
        ? [[digest(key), Buffer.byteLength(JSON.stringify(request.params ?? {}))]]
        : [],
  );
  return new Map(asked.slice(0, MAX_SAMPLINGS));
}

/** The question in a result, given as JSON text; undefined where it asks for nothing and could not be continued. */
export function readQuestion(resultText: string): Question | undefined {
  let result: unknown;
  try {
    result = JSON.parse(resultText);
  } catch {
    return undefined;
  }
  if (!isObject(result)) return undefined;
  const { requestState, inputRequests } = result;
  if (typeof requestState !== 'string' && !isObject(inputRequests)) return undefined;
  const state = typeof requestState === 'string' ? digest(requestState) : undefined;
  return { state, samplings: samplingsIn(inputRequests) };
}

/** Meters what the client's model did for these answers, each once. The answers are bare results, by key. */
export function meterAnswers(
  { samplings }: Question,
  inputResponses: unknown,
  run: Run,
  options: ModelUseOptions,
): void {
  if (samplings.size === 0 || !isObject(inputResponses)) return;
  for (const [key, result] of Object.entries(inputResponses)) {
    const asked = samplings.get(digest(key));
    if (asked === undefined) continue;
    samplings.delete(digest(key));
    meterModelUse(run, asked, result, options);
  }
}
