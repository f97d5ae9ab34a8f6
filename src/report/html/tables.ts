import type { Figures, Report } from '../report.js';
import { countText, runLabel, spanText, timeText, usdText } from '../wording.js';
import { brief, coordinate, html, type Markup, NOTHING } from './markup.js';
import { toolName } from './tool-name.js';

const MAX_ROWS = 50;
const LONGEST = 120;

interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Markup | string;
}

function count(number: number): string {
  return number === 0 ? '–' : countText(number);
}

function money(usd: number): string {
  return usd === 0 ? '–' : usdText(usd);
}

const CALLS: readonly Column<Figures>[] = [
  { title: 'calls', cell: (row) => countText(row.calls) },
  { title: 'failed', cell: (row) => count(row.failed + row.interrupted) },
  { title: 'timed out', cell: (row) => count(row.timedOut) },
  { title: 'refused', cell: (row) => count(row.refused) },
  { title: 'replayed', cell: (row) => count(row.replayed) },
  { title: 'would stop', cell: (row) => count(row.wouldStop) },
];

/** A table whose rows become cards on a narrow screen; columns in which nothing stands are left out. */
function table<Row>(
  id: string,
  title: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Markup {
  const [name, ...others] = columns;
  if (name === undefined) return NOTHING;
  const shown = others.filter(({ cell }) => rows.some((row) => cell(row) !== '–'));
  const head = shown.map((column) => html`<th scope="col">${column.title}</th>`);
  const more = rows.length - MAX_ROWS;
  const body = rows.slice(0, MAX_ROWS).map((row) => {
    const cells = shown.map(({ title: of, cell }) => {
      const value = cell(row);
      return html`<td data-of="${of}"${value === '–' ? html` class="none"` : NOTHING}>${value}</td>`;
    });
    return html`<tr><th scope="row">${name.cell(row)}</th>${cells}</tr>
`;
  });
  return html`<section class="card" id="${id}"><h2>${title} <span class="count">${countText(rows.length)}</span></h2>
<table><thead><tr><th scope="col">${name.title}</th>${head}</tr></thead><tbody>${body}</tbody></table>${more > 0 ? html`<p class="muted">and ${countText(more)} more, which <code>--json</code> names</p>` : NOTHING}</section>
`;
}

export function toolsMarkup(report: Report): Markup {
  if (report.tools.length === 0) return NOTHING;
  type Row = Report['tools'][number];
  const time = (percentile: 'p50' | 'p90' | 'p99' | 'max'): Column<Row> => ({
    title: percentile,
    cell: ({ duration_ms }) =>
      duration_ms === undefined ? '–' : spanText(duration_ms[percentile]),
  });
  return table<Row>(
    'tools',
    'Tools',
    [
      { title: 'tool', cell: (row) => toolName(report, row) },
      ...CALLS,
      { title: 'spent', cell: ({ spent }) => money(spent) },
      { title: 'saved', cell: ({ saved }) => money(saved) },
      time('p50'),
      time('p90'),
      time('p99'),
      time('max'),
    ],
    report.tools,
  );
}

/** What a run spent, and how much of its ceiling that is. */
function spending({ spent, maxCostPerRun: ceiling }: Report['runs'][number]): Markup | string {
  if (ceiling === undefined || ceiling === 0) return money(spent);
  const share = coordinate(Math.min(1, spent / ceiling) * 100);
  return html`${usdText(spent)} <span class="muted">of ${usdText(ceiling)}</span><span class="share" aria-hidden="true"><i style="width:${share}%"></i></span>`;
}

/** The runs, those with most trips first; nothing when there is only one, for then all figures are its own. */
export function runsMarkup({ runs }: Report): Markup {
  if (runs.length < 2) return NOTHING;
  type Row = Report['runs'][number];
  const rows = runs.length <= MAX_ROWS ? runs : [...runs].sort((a, b) => b.trips - a.trips);
  return table<Row>(
    'runs',
    'Runs',
    [
      {
        title: 'run',
        cell: ({ runId }) => html`<bdi class="tool">${brief(runLabel(runId), LONGEST)}</bdi>`,
      },
      { title: 'began', cell: ({ from }) => timeText(from) },
      { title: 'took', cell: ({ from, to }) => spanText(Date.parse(to) - Date.parse(from)) },
      ...CALLS,
      { title: 'trips', cell: ({ trips }) => count(trips) },
      { title: 'spent', cell: spending },
    ],
    rows,
  );
}
