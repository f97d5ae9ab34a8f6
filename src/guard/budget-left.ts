import { microsToUsd } from '../config/money.js';
import type { Micros } from '../config/settings.js';
import type { Account } from './checks/budget.js';
import type { Stopped, VerdictDetails } from './decision.js';

/** Per cent of the ceiling from which on everybody is told what is left. */
const TELL_FROM = 80;

/** What is left of a run's ceiling; calls in flight hold their part of it. */
export function moneyLeft({ spent, reserved }: Account, ceiling: Micros): Micros {
  return Math.max(0, ceiling - spent - reserved);
}

/** What an answer of fuze tells of the run's money, from 80 % of the ceiling on; undefined before. */
export function budgetLeft(account: Account, ceiling: Micros): VerdictDetails | undefined {
  const committed = account.spent + account.reserved;
  if (committed === 0 || committed * 100 < ceiling * TELL_FROM) return undefined;
  return {
    spentUsd: microsToUsd(account.spent),
    remainingUsd: microsToUsd(moneyLeft(account, ceiling)),
  };
}

/** The same stop, with what is left among its details. */
export function tellLeft(stop: Stopped, left: VerdictDetails | undefined): Stopped {
  if (left === undefined) return stop;
  const told = <V extends { readonly details: VerdictDetails }>(verdict: V): V => ({
    ...verdict,
    details: { ...verdict.details, ...left },
  });
  switch (stop.action) {
    case 'replay':
      return { ...stop, verdict: told(stop.verdict) };
    case 'wait':
      return { ...stop, verdict: told(stop.verdict) };
    case 'refuse':
    case 'kill':
      return { ...stop, verdict: told(stop.verdict) };
  }
}
