import { microsToUsd } from '../config/money.js';
import type { Settings } from '../config/settings.js';
import { tokensOf } from '../guard/checks/tokens.js';
import type { Run } from '../guard/run.js';
import { reportedUsage } from '../guard/usage.js';
import { usageCost } from '../guard/usage-cost.js';
import { isObject } from '../jsonrpc/is-object.js';
import type { Log } from './log.js';

/** What a model's work is priced with and told to. */
export interface ModelUseOptions {
  readonly providers: () => Settings['providers'];
  readonly log: Log;
}

/**
 * Meters one answer of the client's model to a server, on the run that it served: what the client reports, else
 * reckoned from the bytes of the question and of the answer. For anything but a result no model worked.
 */
export function meterModelUse(
  run: Run,
  askedBytes: number,
  result: unknown,
  { providers, log }: ModelUseOptions,
): void {
  if (!isObject(result)) return;
  const input = tokensOf(askedBytes);
  const output = tokensOf(Buffer.byteLength(JSON.stringify(result)));
  const model = typeof result.model === 'string' ? result.model : undefined;
  const estimate = { model, input, output, cacheRead: 0, cacheWritten: 0 };
  const usage = reportedUsage(result) ?? estimate;
  const cost = usageCost(usage, providers()) ?? 0;
  const tokens = input + output;
  run.meter({ tokens, cost });
  log.info('the server used the model of the client', {
    runId: run.runId,
    model: usage.model,
    tokens,
    costUsd: microsToUsd(cost),
  });
}
