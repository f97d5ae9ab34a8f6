import type { Check, RunContext } from '../check.js';
import { isOutage } from '../error-class.js';
import type { JudgedCall, Outcome } from '../tool-call.js';

/** The circuit breaker of one tool: closed while it works, open after too many failures, then one probe. */
interface Breaker {
  failures: number;
  /** Monotonic milliseconds of the last failure that opened it; undefined while closed. */
  openedAt: number | undefined;
  /** The call that may show whether the tool works again. */
  probe: JudgedCall | undefined;
  lastError: string;
}

const MAX_TOOLS = 1_000;

/** What counts as the tool being out of order. Errors of validation are the agent's own, and `stall`'s. */
function failureOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'success':
      return undefined;
    case 'failure':
      return isOutage(outcome.errorClass) ? outcome.errorClass : undefined;
    case 'unknown':
      return outcome.reason === 'cancelled' ? undefined : outcome.reason;
  }
}

/**
 * Stops the calls of a tool that failed `error_threshold` times in a row with timeouts, lost connections, 429, 5xx or
 * internal errors, for `error_cooldown`. Then one probe goes through: its success closes the breaker, its failure
 * opens it anew, and if it is cancelled the next call may probe.
 */
export function circuit(run: RunContext): Check {
  const breakers = new Map<string, Breaker>();
  return {
    judge({ tool, at, settings }) {
      const breaker = breakers.get(tool);
      const { errorThreshold, errorCooldown } = run.settings().loop;
      if (breaker?.openedAt === undefined || errorThreshold === 0 || !settings.loopChecks) return;
      const wait = breaker.openedAt + errorCooldown - at;
      if (wait <= 0 && breaker.probe === undefined) return;
      const probing = wait <= 0;
      const seconds = Math.max(1, Math.ceil(wait / 1_000));
      return {
        check: 'circuit',
        kind: 'stop',
        reason: `"${tool}" failed ${breaker.failures} times in a row (${breaker.lastError}), so fuze holds its calls back for a while.`,
        advice: probing
          ? 'One call is out to see whether it works again. Wait for its answer, or go on without the tool.'
          : `It may be tried again in ${seconds} s. Until then go on without it, or tell the user that it is down.`,
        details: { failures: breaker.failures, threshold: errorThreshold, retryAfterMs: Math.max(0, Math.ceil(wait)) },
      };
    },
    admitted(call) {
      const breaker = breakers.get(call.tool);
      if (breaker?.openedAt !== undefined) breaker.probe = call;
    },
    settled(call, outcome) {
      const failure = failureOf(outcome);
      const cancelled = outcome.kind === 'unknown' && outcome.reason === 'cancelled';
      const breaker = breakers.get(call.tool);
      if (breaker?.probe === call) breaker.probe = undefined;
      if (cancelled) return;
      if (failure === undefined) {
        breakers.delete(call.tool);
        return;
      }
      if (breaker === undefined && breakers.size >= MAX_TOOLS) {
        const [oldest] = breakers.keys();
        if (oldest !== undefined) breakers.delete(oldest);
      }
      const next = breaker ?? { failures: 0, openedAt: undefined, probe: undefined, lastError: '' };
      next.failures += 1;
      next.lastError = failure;
      const { errorThreshold } = run.settings().loop;
      if (errorThreshold > 0 && next.failures >= errorThreshold) next.openedAt = run.now();
      breakers.set(call.tool, next);
    },
  };
}
