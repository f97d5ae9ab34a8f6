import type { FoundProxy } from '../presence/live-proxies.js';
import type { RunReport } from '../presence/protocol.js';
import { fitted } from '../report/text-width.js';
import { countText, spanText, usdText } from '../report/wording.js';
import type { LiveRun } from './run-list.js';

/** A count in a table: none is a dash, so that what there is stands out. */
export function countCell(count: number): string {
  return count === 0 ? '–' : countText(count);
}

/** `$0.40 of $10.00`, with what calls in flight have reserved. */
export function moneyCell({ run: { spent, reserved }, maxCostPerRun }: LiveRun): string {
  const held = reserved === 0 ? '' : ` + ${usdText(reserved)}`;
  return `${usdText(spent)}${held} of ${usdText(maxCostPerRun)}`;
}

/** `repeat 2, budget 1`, what stopped most first. */
export function stopsText(stops: RunReport['stops']): string {
  return Object.entries(stops)
    .sort(([, a], [, b]) => b - a)
    .map(([check, count]) => `${fitted(check, 20)} ${countText(count)}`)
    .join(', ');
}

/** Whether a run goes on. */
export function stateCell({ run: { trip }, proxy }: LiveRun): string {
  if (trip !== null) return 'ended';
  return proxy.report?.shadow === true ? 'shadow' : 'open';
}

/** How long ago, in whole seconds: `12 s ago`. */
export function agoText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  return seconds < 1 ? 'now' : `${spanText(seconds * 1_000)} ago`;
}

/** Why a proxy does not tell its runs, or that it has none. */
export function noRunText({ report, problem }: FoundProxy): string {
  return report === undefined ? `does not answer: ${fitted(problem ?? '', 60)}` : 'no call yet';
}
