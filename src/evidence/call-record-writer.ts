import { canonicalText } from './canonical-text.js';
import type { JsonWriter } from './json-writer.js';
import { ReadyJson } from './ready-json.js';
import type { CallRecord, TraceDecision } from './trace-payload.js';

/** Ids and names of tools, nearly all: nothing in them has to be escaped. */
const PLAIN = /^[\w .:/@-]{0,80}$/;

/**
 * Writes a call record as RFC 8785 has it, its members in their order: on the path of every call, finding names and
 * sorting them would cost as much as all that they name; and what surrounds the result as one text each, for to write
 * many short ones takes longer. Throws where the writer does.
 */
export function writeCallRecord(out: JsonWriter, record: CallRecord): void {
  out.utf8(untilResult(record));
  if (record.result !== undefined) {
    out.ascii(',"result":');
    out.value(record.result);
  }
  out.utf8(afterResult(record));
}

function untilResult(record: CallRecord): string {
  const { args, error, errorClass, estimate, hints } = record;
  let text = '{';
  if (args !== undefined) text += `"args":${spelled(args)},`;
  text += `"argsHash":"${record.argsHash}","callId":${stringText(record.callId)}`;
  text += `,"cost":${numberText(record.cost)},"decision":${decisionText(record.decision)}`;
  text += `,"duration_ms":${numberText(record.duration_ms)}`;
  if (error !== undefined) text += `,"error":${canonicalText(error)}`;
  if (errorClass !== undefined) text += `,"errorClass":${stringText(errorClass)}`;
  if (estimate !== undefined) text += `,"estimate":${numberText(estimate)}`;
  if (hints !== undefined) text += `,"hints":${canonicalText(hints)}`;
  text += ',"kind":"call"';
  if (record.lost !== undefined) text += `,"lost":${numberText(record.lost)}`;
  return `${text},"outcome":"${record.outcome}"`;
}

function afterResult({ resultHash, runId, sideEffect, timestamp, tool }: CallRecord): string {
  const hash = resultHash === undefined ? '' : `,"resultHash":"${resultHash}"`;
  const effect = sideEffect === undefined ? '' : `,"sideEffect":${sideEffect}`;
  return `${hash},"runId":${stringText(runId)}${effect},"timestamp":"${timestamp}","tool":${stringText(tool)}}`;
}

function spelled(value: unknown): string {
  const [text, ...more] = value instanceof ReadyJson ? value.pieces : [];
  return typeof text === 'string' && more.length === 0 ? text : canonicalText(value);
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
