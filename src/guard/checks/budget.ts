import { formatUsd, microsToUsd } from '../../config/money.js';
import type { Micros } from '../../config/settings.js';
import { moneyLeft } from '../budget-left.js';
import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import type { JudgedCall, Outcome } from '../tool-call.js';

/** The account of one run, in micro-dollars. */
export interface Account {
  spent: Micros;
  /** Held for calls in flight, so that together they cannot overspend. */
  reserved: Micros;
}

/** Per cent of the ceiling that are each warned of once, the highest first. */
const THRESHOLDS = [100, 95, 80, 50] as const;

/** What an ended call costs: the actual price where it is known, else the estimate. */
export function costOf(call: JudgedCall, outcome: Outcome, chargeFailed: boolean): Micros {
  if (outcome.kind === 'success' && outcome.cost !== undefined) return outcome.cost;
  if (outcome.kind === 'failure' && !chargeFailed) return 0;
  return call.settings.estimatedCost;
}

/** The highest threshold that a sum has reached, in per cent; 0 for none. */
function thresholdOf(sum: Micros, ceiling: Micros): number {
  if (sum === 0) return 0;
  return THRESHOLDS.find((percent) => sum * 100 >= ceiling * percent) ?? 0;
}

function aboveStep({ tool, settings }: JudgedCall, ceiling: Micros): Verdict {
  const estimate = settings.estimatedCost;
  return {
    check: 'budget',
    kind: 'stop',
    reason: `A call of "${tool}" is estimated at ${formatUsd(estimate)}, and max_cost_per_step allows ${formatUsd(ceiling)}.`,
    advice: 'Use a cheaper tool, or tell the user that this call is above the limit for one call.',
    details: {
      estimatedUsd: microsToUsd(estimate),
      ceilingUsd: microsToUsd(ceiling),
      scope: 'step',
    },
  };
}

function aboveRun({ tool, settings }: JudgedCall, account: Account, ceiling: Micros): Verdict {
  const estimate = settings.estimatedCost;
  const committed = account.spent + account.reserved;
  const left = moneyLeft(account, ceiling);
  const passed = committed > ceiling;
  return {
    check: 'budget',
    kind: 'stop',
    reason: passed
      ? `This run has spent ${formatUsd(committed)}, which is above its ceiling of ${formatUsd(ceiling)}: nothing is left, and "${tool}" was not called.`
      : `This run has spent ${formatUsd(committed)} of ${formatUsd(ceiling)}, and ${formatUsd(left)} is left; the call of "${tool}" at ${formatUsd(estimate)} would pass the ceiling.`,
    advice: `Finish with what you have${passed ? '' : ', use tools that cost nothing,'} or ask the user to raise max_cost_per_run.`,
    details: {
      spentUsd: microsToUsd(account.spent),
      reservedUsd: microsToUsd(account.reserved),
      estimatedUsd: microsToUsd(estimate),
      ceilingUsd: microsToUsd(ceiling),
      remainingUsd: microsToUsd(left),
      scope: 'run',
    },
  };
}

/**
 * Stops a call whose estimate would pass `max_cost_per_step` or `max_cost_per_run`; exactly at the ceiling is allowed.
 * A run that has passed its ceiling, since a call cost more than estimated, gets no further call, not even a free one.
 * Warns once in a run of each threshold; of several reached at once only the highest is told.
 */
export function budget(run: RunContext, account: Account): Check {
  /** The highest threshold that a call was admitted with a warning of. */
  let warnedOf = 0;
  /** The call that was last warned of. The warning counts when the call is admitted, for else nobody hears it. */
  let warned: JudgedCall | undefined;
  return {
    judge(call) {
      const estimate = call.settings.estimatedCost;
      const { maxCostPerStep, maxCostPerRun } = run.settings();
      if (estimate > maxCostPerStep) return aboveStep(call, maxCostPerStep);
      const sum = account.spent + account.reserved + estimate;
      if (sum > maxCostPerRun) return aboveRun(call, account, maxCostPerRun);
      if (warnedOf === 100) return;
      const percent = thresholdOf(sum, maxCostPerRun);
      if (percent <= warnedOf) return;
      return {
        check: 'budget',
        kind: 'warning',
        reason: `With this call of "${call.tool}", ${formatUsd(sum)} of the ${formatUsd(maxCostPerRun)} of this run are spent or held: ${percent} % is reached.`,
        advice: 'Come to an end, or ask the user to raise max_cost_per_run.',
        details: {
          spentUsd: microsToUsd(account.spent),
          reservedUsd: microsToUsd(account.reserved),
          estimatedUsd: microsToUsd(estimate),
          ceilingUsd: microsToUsd(maxCostPerRun),
          thresholdPercent: percent,
        },
      };
    },
    told(call) {
      warned = call;
    },
    admitted(call) {
      account.reserved += call.settings.estimatedCost;
      if (warned !== call) return;
      warned = undefined;
      const sum = account.spent + account.reserved;
      warnedOf = Math.max(warnedOf, thresholdOf(sum, run.settings().maxCostPerRun));
    },
    settled(call, outcome) {
      account.reserved -= call.settings.estimatedCost;
      account.spent += costOf(call, outcome, run.settings().chargeFailed);
    },
    metered({ cost }) {
      account.spent += cost;
    },
  };
}
