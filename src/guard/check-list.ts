import type { Check, RunContext } from './check.js';
import { type Account, budget } from './checks/budget.js';
import { callsPerTool } from './checks/calls-per-tool.js';
import { circuit } from './checks/circuit.js';
import { iterations } from './checks/iterations.js';
import { rate } from './checks/rate.js';
import { repeat } from './checks/repeat.js';
import { sequence } from './checks/sequence.js';
import { type EffectAccess, sideEffects } from './checks/side-effects.js';
import { similarity } from './checks/similarity.js';
import { stall } from './checks/stall.js';
import { type TokenAccount, tokens } from './checks/tokens.js';
import { velocity } from './checks/velocity.js';

/**
 * The checks of one run in the order in which they are asked; the first that stops a call names it.
 * A latched run comes before them all, see `run.ts`.
 */
export function createChecks(
  run: RunContext,
  account: Account,
  tokenAccount: TokenAccount,
  effects: EffectAccess,
): Check[] {
  return [
    callsPerTool(),
    rate(run),
    iterations(run),
    // Before the budget: a replay costs nothing.
    sideEffects(effects),
    budget(run, account),
    tokens(run, tokenAccount),
    circuit(run),
    repeat(run),
    sequence(run),
    stall(run),
    similarity(run),
    velocity(run),
  ];
}
