import { formatUsd, microsToUsd } from '../../config/money.js';
import type { Micros } from '../../config/settings.js';
import type { Check, RunContext } from '../check.js';
import type { JudgedCall, Outcome } from '../tool-call.js';

/** The account of one run, in micro-dollars. */
export interface Account {
  spent: Micros;
  /** Held for calls in flight, so that together they cannot overspend. */
  reserved: Micros;
}

/** What an ended call costs: the actual price where it is known, else the estimate. */
export function costOf(call: JudgedCall, outcome: Outcome, chargeFailed: boolean): Micros {
  if (outcome.kind === 'success' && outcome.cost !== undefined) return outcome.cost;
  if (outcome.kind === 'failure' && !chargeFailed) return 0;
  return call.settings.estimatedCost;
}

/** Stops a call whose estimate would pass `max_cost_per_step` or `max_cost_per_run`; exactly at the ceiling is allowed. */
export function budget(run: RunContext, account: Account): Check {
  return {
    judge({ tool, settings }) {
      const estimate = settings.estimatedCost;
      const { maxCostPerStep, maxCostPerRun } = run.settings();
      if (estimate > maxCostPerStep) {
        return {
          check: 'budget',
          kind: 'stop',
          reason: `A call of "${tool}" is estimated at ${formatUsd(estimate)}, and max_cost_per_step allows ${formatUsd(maxCostPerStep)}.`,
          advice:
            'Use a cheaper tool, or tell the user that this call is above the limit for one call.',
          details: {
            estimatedUsd: microsToUsd(estimate),
            ceilingUsd: microsToUsd(maxCostPerStep),
            scope: 'step',
          },
        };
      }
      const committed = account.spent + account.reserved;
      if (estimate === 0 || committed + estimate <= maxCostPerRun) return;
      return {
        check: 'budget',
        kind: 'stop',
        reason: `This run has spent ${formatUsd(committed)} of ${formatUsd(maxCostPerRun)}; the call of "${tool}" at ${formatUsd(estimate)} would pass the ceiling.`,
        advice:
          'Finish with what you have, use tools that cost nothing, or ask the user to raise max_cost_per_run.',
        details: {
          spentUsd: microsToUsd(account.spent),
          reservedUsd: microsToUsd(account.reserved),
          estimatedUsd: microsToUsd(estimate),
          ceilingUsd: microsToUsd(maxCostPerRun),
          scope: 'run',
        },
      };
    },
    admitted({ settings }) {
      account.reserved += settings.estimatedCost;
    },
    settled(call, outcome) {
      account.reserved -= call.settings.estimatedCost;
      account.spent += costOf(call, outcome, run.settings().chargeFailed);
    },
  };
}
