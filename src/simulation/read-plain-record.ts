import { usageOf } from '../guard/usage.js';
import {
  argsIn,
  costIn,
  type Fields,
  flagIn,
  isAbsent,
  runIn,
  textIn,
  timeIn,
  UnreadableRecord,
} from './record-fields.js';
import { outcomeOfError, outcomeOfResult } from './recorded-answer.js';
import type { RecordedCall } from './recorded-call.js';

/** Reads `{"tool", "args", "result" | "error", "timestamp"?, "run"?, "isError"?, "cost"?, "solved"?}`. */
export function readPlainRecord(fields: Fields): RecordedCall {
  const at = timeIn(fields, 'timestamp');
  const { result, error } = fields;
  const isError = flagIn(fields, 'isError') === true;
  const cost = costIn(fields, 'cost');
  const tool = textIn(fields, 'tool');
  if (isAbsent(error) && result === undefined) {
    throw new UnreadableRecord('has neither "result" nor "error"');
  }
  return {
    run: runIn(fields),
    tool,
    args: argsIn(fields),
    began: at,
    ended: at,
    outcome: isAbsent(error) ? outcomeOfResult(result, isError, cost) : outcomeOfError(error),
    usage: cost === undefined ? usageOf(result) : undefined,
    solved: flagIn(fields, 'solved'),
  };
}
