import type { Check, RunContext } from '../check.js';
import { isOutage } from '../error-class.js';
import { natureOf } from '../error-nature.js';
import { PerTool } from '../per-tool.js';
import type { JudgedCall, Outcome } from '../tool-call.js';

/** The circuit breaker of one tool: closed while it works, open after too many failures, then one probe. */
interface Breaker {
  /** Outages in a row, or failures that are word for word the same. */
  failures: number;
  outage: boolean;
  /** Hash of the last failure. */
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
    outage: false,
    lastHash: undefined,
    lessonsSeen: 0,
    openedAt: undefined,
    probe: undefined,
    lastError: '',
  };
}

type Failure = Exclude<Outcome, { kind: 'success' }>;

/** Something is out of order. Errors of validation are the agent's own, and `stall`'s. */
function isOutOfOrder(failure: Failure): boolean {
  return failure.kind === 'unknown' || isOutage(failure.errorClass);
}

/**
 * Stops the calls of a tool that failed `error_threshold` times in a row with timeouts, lost connections, 429, 5xx or
 * word for word the same error, for `error_cooldown`. Then one probe goes through: its success closes the breaker, its
 * failure opens it anew, and if it is cancelled the next call may probe. Another error than before, and that something
 * is not there, show that the tool works.
 */
export function circuit(run: RunContext): Check {
  const breakers = new PerTool(closed);
  /** Answers of any tool that were new: after one, the same error again is a new attempt. */
  let lessons = 0;

  /** Whether a failure is word for word the one before, nothing learned in between. */
  const isSameAgain = (breaker: Breaker, call: JudgedCall, failure: Failure): boolean =>
    failure.kind === 'failure' &&
    failure.resultHash === breaker.lastHash &&
    lessons === breaker.lessonsSeen &&
    call.settings.loopChecks &&
    natureOf(failure.text()) !== 'missing';

  const noteFailure = (breaker: Breaker, call: JudgedCall, failure: Failure): void => {
    const outage = isOutOfOrder(failure);
    const isOpen = breaker.openedAt !== undefined;
    const goesOn = outage ? breaker.outage || isOpen : isSameAgain(breaker, call, failure);
    // Another error: whatever was out of order before, the tool works.
    if (!outage && !goesOn) breaker.openedAt = undefined;
    breaker.failures = goesOn ? breaker.failures + 1 : 1;
    breaker.outage = outage;
    breaker.lastHash = failure.kind === 'failure' ? failure.resultHash : undefined;
    breaker.lessonsSeen = lessons;
    breaker.lastError = failure.kind === 'failure' ? failure.errorClass : failure.reason;
    const { errorThreshold } = run.settings().loop;
    if (errorThreshold === 0 || !(outage || goesOn)) return;
    if (breaker.openedAt !== undefined || breaker.failures >= errorThreshold) {
      breaker.openedAt = run.now();
    }
  };

  return {
    judge({ tool, at }) {
      const { errorThreshold, errorCooldown } = run.settings().loop;
      if (errorThreshold === 0) return;
      const breaker = breakers.of(tool);
      if (breaker.openedAt === undefined) return;
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
        if (call.retryOf !== undefined && !isOutOfOrder(outcome)) return;
        noteFailure(breaker, call, outcome);
        return;
      }
      if (breaker.failures > 0) Object.assign(breaker, closed());
      const { entry } = call.notes;
      if (entry?.news !== 'same' && entry?.manner !== 'aside') lessons += 1;
    },
  };
}
