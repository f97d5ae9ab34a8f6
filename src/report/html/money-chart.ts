import { microsToUsd } from '../../config/money.js';
import type { Report } from '../report.js';
import { usdText } from '../wording.js';
import { coordinate, html, type Markup, NOTHING } from './markup.js';
import type { TimeAxis } from './time-axis.js';
import { axisRow } from './timeline-chart.js';

const HEIGHT = 120;
/** A ceiling further above than this many times what was spent would press the line flat. */
const CEILING_IN_SIGHT = 3;
/** Space above the highest line. */
const ROOM = 1.08;

/** Only one run can be held against its ceiling; several have theirs in the table of runs. */
function ceilingOf({ runs, otherRuns }: Report): number | undefined {
  return runs.length === 1 && otherRuns === undefined ? runs[0]?.maxCostPerRun : undefined;
}

function note(spent: number, ceiling: number | undefined, runs: number): string {
  if (ceiling === undefined) return runs > 1 ? 'The sum of all runs.' : '';
  if (ceiling === 0) return 'The ceiling of the run is $0.00.';
  const share = Math.round((spent / ceiling) * 100);
  return `${share} % of the ceiling of ${usdText(ceiling)} for this run.`;
}

/** What was spent, adding up over time, with the run's ceiling where it is in sight. */
export function moneyChart(report: Report, axis: TimeAxis): Markup {
  const { spent } = report.total;
  if (spent === 0) return NOTHING;
  const ceiling = ceilingOf(report);
  const shown = ceiling !== undefined && ceiling <= spent * CEILING_IN_SIGHT ? ceiling : undefined;
  const top = Math.max(spent, shown ?? 0) * ROOM;
  const y = (usd: number): number => coordinate(HEIGHT * (1 - usd / top));
  let sum = 0;
  let path = `M0 ${HEIGHT}`;
  for (const { x, bucket } of axis.columns) {
    if (bucket.spent === 0) continue;
    sum += bucket.spent;
    path += `H${coordinate(x + 0.5)}V${y(microsToUsd(sum))}`;
  }
  path += `H${axis.length}`;
  const label = `Money spent over time: ${usdText(spent)} in the end${ceiling === undefined ? '' : `, the ceiling is ${usdText(ceiling)}`}`;
  const ceilingLine =
    shown === undefined ? NOTHING : html`<path class="ceiling" d="M0 ${y(shown)}H${axis.length}"/>`;
  const ceilingLabel =
    shown === undefined
      ? NOTHING
      : html`<span class="ylabel ceilinglabel" style="top:${coordinate((y(shown) / HEIGHT) * 100)}%">ceiling ${usdText(shown)}</span>`;
  return html`<section class="card" id="money"><h2>Money over time</h2>
<p class="muted">${note(spent, ceiling, report.runs.length)}</p>
<div class="lanes"><div class="lane"><div class="label"><span class="total">${usdText(spent)}</span> <span class="count">spent</span></div>
<div class="plot"><svg class="money" viewBox="0 0 ${axis.length} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${axis.pauses.map(({ x, columns }) => html`<rect class="pause" x="${x}" y="0" width="${columns}" height="${HEIGHT}"/>`)}<path class="area" d="${path}V${HEIGHT}Z"/><path class="line" d="${path}"/>${ceilingLine}</svg>${ceilingLabel}</div></div>${axisRow(report, axis)}</div></section>
`;
}
