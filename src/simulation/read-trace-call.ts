import type { Micros } from '../config/settings.js';
import { canonicalJson, sha256Hex } from '../evidence/canonical.js';
import {
  CALL_OUTCOMES,
  type CallOutcome,
  isUnderWay,
  type UnderWay,
} from '../evidence/trace-payload.js';
import type { Outcome } from '../guard/tool-call.js';
import { usageOf } from '../guard/usage.js';
import { isObject } from '../jsonrpc/is-object.js';
import {
  amountIn,
  argsIn,
  costIn,
  type Fields,
  isAbsent,
  textIn,
  timeIn,
  UnreadableRecord,
} from './record-fields.js';
import { outcomeOfError, outcomeOfResult } from './recorded-answer.js';
import type { RecordedCall } from './recorded-call.js';

/** What a call really cost, where the trace tells it: an estimate is made anew, by the settings to be tried out. */
function actualCost(payload: Fields): Micros | undefined {
  const cost = costIn(payload, 'cost');
  return isAbsent(payload.estimate) || payload.estimate === payload.cost ? undefined : cost;
}

/**
 * The recorded hash, which is over the bytes that came, nothing redacted. Records leave it out of a large result which
 * they hold whole; one server writes equal results in one way, so that the canonical text tells them apart as well.
 */
function hashIn({ result, resultHash }: Fields): string | undefined {
  if (typeof resultHash === 'string') return resultHash;
  if (!isObject(result)) return undefined;
  const { _meta, ...compared } = result;
  return sha256Hex(canonicalJson(compared));
}

/** The answer as the trace holds it; with `capture = "hash"` its hash stands for what it said. */
function answerIn(payload: Fields, failed: boolean): Outcome {
  const { result, error, resultHash, errorClass } = payload;
  const read = isAbsent(error)
    ? outcomeOfResult(result === undefined ? resultHash : result, failed, actualCost(payload))
    : outcomeOfError(error);
  if (read.kind === 'unknown') return read;
  const known = hashIn(payload);
  const hash = known === undefined ? {} : { resultHash: known };
  if (read.kind === 'success') return { ...read, ...hash };
  return { ...read, ...hash, ...(typeof errorClass === 'string' ? { errorClass } : {}) };
}

function outcomeIn(payload: Fields, outcome: Exclude<CallOutcome, UnderWay>): Outcome {
  switch (outcome) {
    case 'success':
      return answerIn(payload, false);
    case 'failure':
      return answerIn(payload, true);
    case 'timeout':
      return { kind: 'unknown', reason: 'timeout' };
    case 'server_exited':
      return { kind: 'unknown', reason: 'server exited' };
    case 'shutdown':
      return { kind: 'unknown', reason: 'fuze stopped' };
    case 'cancelled':
    case 'refused':
    case 'replayed':
      // It never ran, so nobody knows what it would have brought.
      return { kind: 'unknown', reason: 'cancelled' };
  }
}

/** Reads the `payload` of a trace line; undefined when it is not about a call, or about one that goes on. */
export function readTraceCall(payload: Fields): RecordedCall | undefined {
  if (textIn(payload, 'kind') !== 'call') return undefined;
  const written = textIn(payload, 'outcome');
  const outcome = CALL_OUTCOMES.find((known) => known === written);
  if (outcome === undefined) {
    throw new UnreadableRecord(
      `"outcome" must be one of ${CALL_OUTCOMES.join(', ')}, found ${JSON.stringify(written)}`,
    );
  }
  if (isUnderWay(outcome)) return undefined;
  const { hints, args, argsHash } = payload;
  const ended = timeIn(payload, 'timestamp');
  return {
    run: textIn(payload, 'runId'),
    tool: textIn(payload, 'tool'),
    // With `capture = "hash"` the hash stands for the arguments, so that the same ones stay the same.
    args: args === undefined && typeof argsHash === 'string' ? { argsHash } : argsIn(payload),
    readOnly: isObject(hints) && hints.readOnly === true,
    // A trace line is written when its call ends.
    began: ended === undefined ? undefined : ended - amountIn(payload, 'duration_ms'),
    ended,
    outcome: outcomeIn(payload, outcome),
    usage: actualCost(payload) === undefined ? usageOf(payload.result) : undefined,
    solved: undefined,
  };
}
