import type { Paint } from './paint.js';
import type { CheckFigures, Figures, Report, RunFigures, ToolFigures } from './report.js';
import { type Column, tableLines } from './text-table.js';
import { displayWidth, fitted, wrap } from './text-width.js';
import { countText, runLabel, spanText, timeBeside, usdText } from './wording.js';

const WIDTH = 94;
const MAX_ROWS = 15;
const NAME = 24;
const BAR = 32;

/** A count in a table: none is a dash, so that what there is stands out. */
function cell(count: number): string {
  return count === 0 ? '–' : countText(count);
}

function money(usd: number): string {
  return usd === 0 ? '–' : usdText(usd);
}

function more(total: number, what: string): string[] {
  return total > MAX_ROWS ? [`  and ${countText(total - MAX_ROWS)} more ${what}`] : [];
}

function table(
  title: string,
  columns: readonly Column[],
  rows: readonly string[][],
  paint: Paint,
): string[] {
  const [head = '', ...lines] = tableLines(columns, rows, WIDTH);
  return [paint.bold(title), paint.dim(`  ${head}`), ...lines.map((line) => `  ${line}`)];
}

/** What each check stopped, as bars. */
export function checkLines({ checks }: Report, paint: Paint): string[] {
  if (checks.length === 0) return [];
  const all = ({ refused, replayed, wouldStop }: CheckFigures): number =>
    refused + replayed + wouldStop;
  const most = Math.max(...checks.map(all));
  const width = Math.max(...checks.map(({ check }) => displayWidth(fitted(check, NAME))));
  const lines = checks.slice(0, MAX_ROWS).map((figures) => {
    const bar = '█'.repeat(Math.max(1, Math.round((all(figures) / most) * BAR)));
    const { refused, replayed, wouldStop } = figures;
    const parts = [
      refused > 0 ? `${countText(refused)} refused` : '',
      replayed > 0 ? `${countText(replayed)} replayed` : '',
      wouldStop > 0 ? `${countText(wouldStop)} would have been` : '',
    ].filter((part) => part !== '');
    const name = fitted(figures.check, NAME);
    const space = ' '.repeat(width - displayWidth(name));
    return `  ${name}${space}  ${bar}${' '.repeat(BAR - bar.length)}  ${parts.join(', ')}`;
  });
  return [paint.bold('Stopped, by check'), ...lines, ...more(checks.length, 'checks')];
}

/** The trips in the order of time. */
export function tripLines({ trips, from = '' }: Report, paint: Paint): string[] {
  if (trips.count === 0) return [];
  const lines = trips.list.slice(0, MAX_ROWS).flatMap((trip) => {
    const shadow = trip.shadow ? ', shadow' : '';
    const calls = trip.calls > 1 ? `, ${countText(trip.calls)} calls` : '';
    const when = paint.dim(timeBeside(trip.at, from));
    return [
      `  ${when}  ${paint.bad(fitted(trip.check, 16))}  ${fitted(trip.tool, NAME)}  ${paint.dim(`${fitted(trip.tripId, 20)}${calls}${shadow}`)}`,
      `    ${wrap(trip.reason, WIDTH - 4, '    ', 3)}`,
      ...(trip.lifted === undefined
        ? []
        : [paint.dim(`    ${timeBeside(trip.lifted, from)}  the run went on, by fuze reset`)]),
    ];
  });
  return [paint.bold(`Trips: ${countText(trips.count)}`), ...lines, ...more(trips.count, 'trips')];
}

function callCells(figures: Figures): string[] {
  return [
    countText(figures.calls),
    cell(figures.failed + figures.interrupted),
    cell(figures.timedOut),
    cell(figures.refused),
    cell(figures.replayed),
    cell(figures.wouldStop),
    money(figures.spent),
  ];
}

const CALL_COLUMNS: readonly Column[] = [
  { title: 'calls', right: true },
  { title: 'failed', right: true },
  { title: 'timed out', right: true },
  { title: 'refused', right: true },
  { title: 'replayed', right: true },
  { title: 'would stop', right: true },
  { title: 'spent', right: true },
];

function toolRow(tool: ToolFigures, servers: boolean): string[] {
  const { duration_ms: duration } = tool;
  const name = servers ? `${tool.server}: ${tool.tool}` : tool.tool;
  const times = duration === undefined ? [] : [duration.p50, duration.p90, duration.p99];
  return [name, ...callCells(tool), ...times.map(spanText)];
}

/** The tools, the most called first. */
export function toolLines({ tools, otherTools, servers }: Report, paint: Paint): string[] {
  if (tools.length === 0) return [];
  const rows = tools.slice(0, MAX_ROWS).map((tool) => toolRow(tool, servers.length > 1));
  if (otherTools !== undefined) rows.push(['(all beyond 200)', ...callCells(otherTools)]);
  const times = ['p50', 'p90', 'p99'].map((title) => ({ title, right: true }));
  const columns = [{ title: 'tool' }, ...CALL_COLUMNS, ...times];
  return [...table('Tools', columns, rows, paint), ...more(tools.length, 'tools')];
}

function runRow(run: RunFigures, day: string): string[] {
  return [runLabel(run.runId), timeBeside(run.from, day), ...callCells(run), cell(run.trips)];
}

/** The runs; nothing when there is only one, for then all figures are its own. */
export function runLines({ runs, otherRuns, from = '' }: Report, paint: Paint): string[] {
  if (runs.length < 2) return [];
  const rows = runs.slice(-MAX_ROWS).map((run) => runRow(run, from));
  if (otherRuns !== undefined) rows.push(['(all beyond 1,000)', '', ...callCells(otherRuns)]);
  const columns = [
    { title: 'run' },
    { title: 'began' },
    ...CALL_COLUMNS,
    { title: 'trips', right: true },
  ];
  return [...table('Runs', columns, rows, paint), ...more(runs.length, 'before these')];
}
