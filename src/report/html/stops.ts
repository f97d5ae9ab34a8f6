import type { CheckFigures, Report, ToolFigures } from '../report.js';
import { countText } from '../wording.js';
import { brief, coordinate, html, type Markup, NOTHING } from './markup.js';
import { toolName } from './tool-name.js';

const MAX_BARS = 10;
const LONGEST = 120;

type Stops = Pick<CheckFigures, 'refused' | 'replayed' | 'wouldStop'>;

const KINDS = [
  ['refused', 'refused'],
  ['replayed', 'replayed'],
  ['wouldStop', 'would have been stopped'],
] as const;

function all({ refused, replayed, wouldStop }: Stops): number {
  return refused + replayed + wouldStop;
}

function bar(name: Markup, stops: Stops, most: number): Markup {
  const kinds = KINDS.filter(([kind]) => stops[kind] > 0);
  const parts = kinds.map(
    ([kind]) =>
      html`<i class="${kind}" style="width:${coordinate((stops[kind] / most) * 100)}%"></i>`,
  );
  const words = kinds.map(([kind, word]) => `${countText(stops[kind])} ${word}`).join(', ');
  return html`<li><span class="name">${name}</span><span class="words">${words}</span><span class="bar" aria-hidden="true">${parts}</span></li>`;
}

function bars(title: string, rows: readonly (Stops & { readonly name: Markup })[]): Markup {
  const sorted = [...rows].sort((a, b) => all(b) - all(a));
  const most = sorted.reduce((largest, stops) => Math.max(largest, all(stops)), 1);
  const more = sorted.length - MAX_BARS;
  return html`<div class="card"><h2>${title}</h2><ul class="bars">${sorted.slice(0, MAX_BARS).map((row) => bar(row.name, row, most))}</ul>${more > 0 ? html`<p class="muted">and ${countText(more)} more</p>` : NOTHING}</div>
`;
}

/** What was stopped, by check and by tool. */
export function stopsMarkup(report: Report): Markup {
  if (report.checks.length === 0) return NOTHING;
  const byCheck = report.checks.map((check) => ({
    ...check,
    name: html`<bdi>${brief(check.check, LONGEST)}</bdi>`,
  }));
  const byTool = report.tools
    .filter((tool: ToolFigures) => all(tool) > 0)
    .map((tool) => ({ ...tool, name: toolName(report, tool) }));
  return html`<section class="pair" id="stops" aria-label="What was stopped">${bars('Stopped, by check', byCheck)}${bars('Stopped, by tool', byTool)}</section>
`;
}
