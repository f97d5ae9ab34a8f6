import { canonicalText } from './canonical-text.js';
import type { JsonWriter } from './json-writer.js';
import { lastText } from './last-text.js';
import { ReadyJson } from './ready-json.js';
import type { CallRecord, TraceDecision } from './trace-payload.js';

/** Ids and names of tools, nearly all: nothing in them has to be escaped. */
const PLAIN = /^[\w .:/@-]{0,80}$/;

/**
 * A call record as RFC 8785 has it, its members in their order, for on the path of every call, finding names and sorting
 * them would cost as much as all that they name; undefined where its result is not one text. Throws for what JSON cannot
 * carry.
 */
export function callRecordText(record: CallRecord): string | undefined {
  const result = record.result === undefined ? '' : textOf(record.result);
  if (result === undefined) return undefined;
  const member = result === '' ? '' : `,"result":${result}`;
  return `${untilResult(record)}${member}${afterResult(record)}`;
}

/** Writes a call record, what surrounds the result as one text each. Throws where the writer does. */
export function writeCallRecord(out: JsonWriter, record: CallRecord): void {
  out.utf8(untilResult(record));
  if (record.result !== undefined) {
    out.ascii(',"result":');
    out.value(record.result);
  }
  out.utf8(afterResult(record));
}

const beforeDuration = lastText(
  (cost: number, decision: TraceDecision) =>
    `,"cost":${numberText(cost)},"decision":${decisionText(decision)},"duration_ms":`,
);

const beforeKind = lastText((estimate: number | undefined, hints: CallRecord['hints']) => {
  const reckoned = estimate === undefined ? '' : `,"estimate":${numberText(estimate)}`;
  return hints === undefined ? reckoned : `${reckoned},"hints":${canonicalText(hints)}`;
});

const ofRun = lastText(
  (runId: string, sideEffect: boolean | undefined) =>
    `,"runId":${stringText(runId)}${sideEffect === undefined ? '' : `,"sideEffect":${sideEffect}`}`,
);

function untilResult(record: CallRecord): string {
  const { args, argsHash, callId, cost, decision, error, errorClass, estimate, hints } = record;
  const shown = args === undefined ? '{' : `{"args":${textOf(args) ?? canonicalText(args)},`;
  let text = `${shown}"argsHash":"${argsHash}","callId":${stringText(callId)}${beforeDuration(cost, decision)}`;
  text += numberText(record.duration_ms);
  if (error !== undefined) text += `,"error":${canonicalText(error)}`;
  if (errorClass !== undefined) text += `,"errorClass":${stringText(errorClass)}`;
  text += beforeKind(estimate, hints);
  const lost = record.lost === undefined ? '' : `,"lost":${numberText(record.lost)}`;
  return `${text},"kind":"call"${lost},"outcome":"${record.outcome}"`;
}

function afterResult({ resultHash, runId, sideEffect, timestamp, tool }: CallRecord): string {
  const hash = resultHash === undefined ? '' : `,"resultHash":"${resultHash}"`;
  return `${hash}${ofRun(runId, sideEffect)},"timestamp":"${timestamp}","tool":${stringText(tool)}}`;
}

/** Of a value that is one text already. */
function textOf(value: unknown): string | undefined {
  if (!(value instanceof ReadyJson) || value.pieces.length > 1) return undefined;
  const [text] = value.pieces;
  return typeof text === 'string' ? text : undefined;
}

function stringText(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : canonicalText(value);
}

/** Most have no sign, fraction or exponent that could be spelled in another way. */
function numberText(value: number): string {
  return value > 0 && Number.isFinite(value) ? String(value) : canonicalText(value);
}

function decisionText(decision: TraceDecision): string {
  const { action, check, reason, shadow, tripId } = decision;
  const isPlain = check === undefined && reason === undefined && shadow === undefined;
  return isPlain && tripId === undefined ? `{"action":"${action}"}` : canonicalText(decision);
}
