import { canonicalText } from './canonical-text.js';
import { type CanonicalPieces, ReadyJson } from './ready-json.js';
import type { CallRecord } from './trace-payload.js';

/**
 * A call record as RFC 8785 has it, its members written out in their order: on the path of every call, finding names
 * and sorting them would cost as much as all that they name. Throws where `canonicalText` does.
 */
export function callRecordText(record: CallRecord): string | CanonicalPieces {
  const { result } = record;
  if (!(result instanceof ReadyJson)) {
    const shown = result === undefined ? '' : `,"result":${canonicalText(result)}`;
    return `${untilResult(record)}${shown}${afterResult(record)}`;
  }
  return [`${untilResult(record)},"result":`, ...result.pieces, afterResult(record)];
}

function spelled(value: unknown): string {
  const [text, ...more] = value instanceof ReadyJson ? value.pieces : [];
  return typeof text === 'string' && more.length === 0 ? text : canonicalText(value);
}

function untilResult(record: CallRecord): string {
  const { args, error, errorClass, estimate, hints } = record;
  let text = '{';
  if (args !== undefined) text += `"args":${spelled(args)},`;
  text += `"argsHash":"${record.argsHash}","callId":${canonicalText(record.callId)}`;
  text += `,"cost":${canonicalText(record.cost)},"decision":${canonicalText(record.decision)}`;
  text += `,"duration_ms":${canonicalText(record.duration_ms)}`;
  if (error !== undefined) text += `,"error":${canonicalText(error)}`;
  if (errorClass !== undefined) text += `,"errorClass":${canonicalText(errorClass)}`;
  if (estimate !== undefined) text += `,"estimate":${canonicalText(estimate)}`;
  if (hints !== undefined) text += `,"hints":${canonicalText(hints)}`;
  text += ',"kind":"call"';
  if (record.lost !== undefined) text += `,"lost":${canonicalText(record.lost)}`;
  return `${text},"outcome":"${record.outcome}"`;
}

function afterResult({ resultHash, runId, sideEffect, timestamp, tool }: CallRecord): string {
  const hash = resultHash === undefined ? '' : `,"resultHash":"${resultHash}"`;
  const effect = sideEffect === undefined ? '' : `,"sideEffect":${sideEffect}`;
  return `${hash},"runId":${canonicalText(runId)}${effect},"timestamp":"${timestamp}","tool":${canonicalText(tool)}}`;
}
