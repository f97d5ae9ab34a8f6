import type { Check, RunContext } from './check.js';
import { type Account, budget } from './checks/budget.js';
import { callsPerTool } from './checks/calls-per-tool.js';
import { iterations } from './checks/iterations.js';
import { rate } from './checks/rate.js';
import { repeat } from './checks/repeat.js';
import { type EffectAccess, sideEffects } from './checks/side-effects.js';

/**
 * The checks of one run in the order in which they are asked; the first that stops a call names it.
 * A latched run comes before them all, see `run.ts`.
 */
export function createChecks(run: RunContext, account: Account, effects: EffectAccess): Check[] {
  return [
    callsPerTool(),
    rate(run),
    iterations(run),
    // Before the budget: a replay costs nothing.
    sideEffects(effects),
    budget(run, account),
    repeat(run),
  ];
}
