import type { Check, RunContext } from '../check.js';
import { isOutage } from '../error-class.js';
import { PerTool } from '../per-tool.js';
import type { JudgedCall, Outcome } from '../tool-call.js';

/** The circuit breaker of one tool: closed while it works, open after too many failures, then one probe. */
interface Breaker {
  failures: number;
  /** Hash of the last failure, for failures in a row that are word for word the same. */
  lastHash: string | undefined;
  /** Value of `lessons` at the last failure. */
  lessonsSeen: number;
  /** Monotonic milliseconds of the last failure that opened it; undefined while closed. */
  openedAt: number | undefined;
  /** The call that may show whether the tool works again. */
  probe: JudgedCall | undefined;
  lastError: string;
}

function closed(): Breaker {
  return {
    failures: 0,
    lastHash: undefined,
    lessonsSeen: 0,
    openedAt: undefined,
    probe: undefined,
    lastError: '',
  };
}

/** What counts as the tool being out of order. Errors of validation are the agent's own, and `stall`'s. */
function outageOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'success':
      return undefined;
    case 'failure':
      return isOutage(outcome.errorClass) ? outcome.errorClass : undefined;
    case 'unknown':
      return outcome.reason;
  }
}

/**
 * Stops the calls of a tool that failed `error_threshold` times in a row with timeouts, lost connections, 429, 5xx or
 * word for word the same error, for `error_cooldown`. Then one probe goes through: its success closes the breaker, its
 * failure opens it anew, and if it is cancelled the next call may probe.
 */
export function circuit(run: RunContext): Check {
  const breakers = new PerTool(closed);
  /** Answers of any tool that were new: after one, the same error again is a new attempt. */
  let lessons = 0;

  const noteFailure = (breaker: Breaker, outcome: Exclude<Outcome, { kind: 'success' }>): void => {
    const outage = outageOf(outcome);
    const hash = outcome.kind === 'failure' ? outcome.resultHash : undefined;
    const isSame =
      hash !== undefined && hash === breaker.lastHash && lessons === breaker.lessonsSeen;
    breaker.failures = outage !== undefined || isSame ? breaker.failures + 1 : 1;
    breaker.lastHash = hash;
    breaker.lessonsSeen = lessons;
    breaker.lastError = outcome.kind === 'failure' ? outcome.errorClass : outcome.reason;
    const { errorThreshold } = run.settings().loop;
    if (errorThreshold > 0 && breaker.failures >= errorThreshold) breaker.openedAt = run.now();
  };

  return {
    judge({ tool, at }) {
      const breaker = breakers.of(tool);
      const { errorThreshold, errorCooldown } = run.settings().loop;
      if (breaker.openedAt === undefined || errorThreshold === 0) return;
      const wait = Math.max(0, breaker.openedAt + errorCooldown - at);
      if (wait === 0 && breaker.probe === undefined) return;
      return {
        check: 'circuit',
        kind: 'stop',
        reason: `"${tool}" failed ${breaker.failures} times in a row (${breaker.lastError}), so fuze holds its calls back for a while.`,
        advice:
          wait === 0
            ? 'One call is out to see whether it works again. Wait for its answer, or go on without the tool.'
            : `It may be tried again in ${Math.ceil(wait / 1_000)} s. Until then go on without it, or tell the user that it is down.`,
        details: {
          failures: breaker.failures,
          threshold: errorThreshold,
          retryAfterMs: Math.ceil(wait),
        },
      };
    },
    admitted(call) {
      const breaker = breakers.of(call.tool);
      if (breaker.openedAt !== undefined) breaker.probe = call;
    },
    settled(call, outcome) {
      const breaker = breakers.of(call.tool);
      if (breaker.probe === call) breaker.probe = undefined;
      if (outcome.kind === 'unknown' && outcome.reason === 'cancelled') return;
      if (outcome.kind !== 'success') {
        // Tried again with the same words it is one attempt; an outage shows in every try.
        if (call.retryOf !== undefined && outageOf(outcome) === undefined) return;
        noteFailure(breaker, outcome);
        return;
      }
      Object.assign(breaker, closed());
      if (call.notes.entry?.news !== 'same') lessons += 1;
    },
  };
}
