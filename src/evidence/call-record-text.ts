import { canonicalText } from './canonical-text.js';
import type { CallRecord } from './trace-payload.js';

/**
 * A call record as RFC 8785 has it, its members written out in their order: on the path of every call, finding names
 * and sorting them would cost as much as all that they name. Throws where `canonicalText` does.
 */
export function callRecordText(record: CallRecord): string {
  const { args, error, errorClass, estimate, hints, result, resultHash } = record;
  let text = '{';
  if (args !== undefined) text += `"args":${canonicalText(args)},`;
  text += `"argsHash":"${record.argsHash}","callId":${canonicalText(record.callId)}`;
  text += `,"cost":${canonicalText(record.cost)},"decision":${canonicalText(record.decision)}`;
  text += `,"duration_ms":${canonicalText(record.duration_ms)}`;
  if (error !== undefined) text += `,"error":${canonicalText(error)}`;
  if (errorClass !== undefined) text += `,"errorClass":${canonicalText(errorClass)}`;
  if (estimate !== undefined) text += `,"estimate":${canonicalText(estimate)}`;
  if (hints !== undefined) text += `,"hints":${canonicalText(hints)}`;
  text += ',"kind":"call"';
  if (record.lost !== undefined) text += `,"lost":${canonicalText(record.lost)}`;
  text += `,"outcome":"${record.outcome}"`;
  if (result !== undefined) text += `,"result":${canonicalText(result)}`;
  if (resultHash !== undefined) text += `,"resultHash":"${resultHash}"`;
  text += `,"runId":${canonicalText(record.runId)}`;
  if (record.sideEffect !== undefined) text += `,"sideEffect":${record.sideEffect}`;
  return `${text},"timestamp":"${record.timestamp}","tool":${canonicalText(record.tool)}}`;
}
