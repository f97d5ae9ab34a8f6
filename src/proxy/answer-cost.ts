import type { Micros, Settings } from '../config/settings.js';
import { usageOf } from '../guard/usage.js';
import { usageCost } from '../guard/usage-cost.js';
import { type Member, valueText } from '../jsonrpc/scan.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';

/** Part of the name of every count of tokens: `Tokens`, `token_count`. What is without it need not be parsed. */
const TOKEN = Buffer.from('oken');

function parsed(bytes: Buffer, member: Member | undefined): unknown {
  if (member === undefined) return undefined;
  const { valueStart, valueEnd } = member;
  if (!bytes.subarray(valueStart, valueEnd).includes(TOKEN)) return undefined;
  try {
    return JSON.parse(valueText(bytes, member));
  } catch {
    return undefined;
  }
}

/** What a call really cost, where its result reports the tokens of a model whose price is known. */
export function answerCost(
  { bytes, resultMembers }: AnswerMessage,
  providers: Settings['providers'],
): Micros | undefined {
  const _meta = parsed(bytes, resultMembers.get('_meta'));
  const structuredContent = parsed(bytes, resultMembers.get('structuredContent'));
  if (_meta === undefined && structuredContent === undefined) return undefined;
  const usage = usageOf({ _meta, structuredContent });
  return usage && usageCost(usage, providers);
}
