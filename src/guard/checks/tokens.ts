import type { Check, RunContext } from '../check.js';
import type { JudgedCall } from '../tool-call.js';

/** What models take for a token, in bytes of JSON, roughly. */
const BYTES_PER_TOKEN = 4;

/** Tokens of one run: what went through, and what calls in flight hold. */
export interface TokenAccount {
  used: number;
  reserved: number;
}

/** Tokens of a text of so many bytes. An estimate: no tokenizer fits all models. */
export function tokensOf(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** Tokens of the arguments: of their bytes where the caller knows them, else of their JSON text. */
function argsTokens(call: JudgedCall): number {
  return tokensOf(call.argsBytes ?? JSON.stringify(call.args).length);
}

/** Stops the call whose arguments would pass `max_tokens` of arguments and results in one run. */
export function tokens(run: RunContext, account: TokenAccount): Check {
  return {
    judge(call) {
      const limit = run.settings().maxTokens;
      if (limit === 0) return;
      const committed = account.used + account.reserved;
      const more = argsTokens(call);
      if (committed + more <= limit) return;
      return {
        check: 'tokens',
        kind: 'stop',
        reason: `Arguments and results of this run make about ${committed} tokens; the call of "${call.tool}" would add ${more}, and max_tokens allows ${limit}.`,
        advice: 'Finish with what you have, or ask the user to raise max_tokens.',
        details: {
          usedTokens: account.used,
          reservedTokens: account.reserved,
          callTokens: more,
          limit,
        },
      };
    },
    admitted(call) {
      if (run.settings().maxTokens > 0) account.reserved += argsTokens(call);
    },
    settled(call, outcome) {
      if (run.settings().maxTokens === 0) return;
      const sent = argsTokens(call);
      account.reserved = Math.max(0, account.reserved - sent);
      account.used += sent + (outcome.kind === 'unknown' ? 0 : tokensOf(outcome.size));
    },
    metered(usage) {
      account.used += usage.tokens;
    },
  };
}
