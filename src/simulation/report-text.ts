import { formatUsd } from '../config/money.js';
import { printable } from '../config/printable.js';
import { type RunReport, stoppedOf } from './run-report.js';
import type { JudgeFigures, Totals } from './totals.js';

/** Rows of the lists of checks and tools. */
const MAX_NAMES_SHOWN = 10;
const MAX_NAME_LENGTH = 60;

const number = (value: number): string => value.toLocaleString('en-US');

function nameOf(name: string): string {
  const shown = printable(name);
  return shown.length <= MAX_NAME_LENGTH ? shown : `${shown.slice(0, MAX_NAME_LENGTH - 1)}…`;
}

/** Columns of equal width; the first to the left, those of numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const cell = (text: string, column: number): string => {
    const width = widths?.[column] ?? 0;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  return rows.map((row) => `${row.map(cell).join('  ')}\n`).join('');
}

function runRow(run: RunReport): string[] {
  return [
    nameOf(run.run === null ? '(no name)' : String(run.run)),
    number(run.calls),
    number(run.calls - stoppedOf(run)),
    number(run.refused),
    number(run.replayed),
    run.killed ? 'yes' : '-',
    formatUsd(run.spent),
  ];
}

function runTable(totals: Totals): string {
  const rows = totals.rows();
  const { all } = totals;
  const head = ['run', 'calls', 'allowed', 'refused', 'replayed', 'killed', 'money'];
  const sum = [
    'all runs',
    number(all.calls),
    number(all.calls - all.stopped),
    number(totals.refused),
    number(totals.replayed),
    number(all.killedRuns),
    formatUsd(totals.spent),
  ];
  return table([head, ...rows.map(runRow), sum]) + hiddenRuns(totals, rows.length);
}

/** What the table leaves out. */
function hiddenRuns({ all, stoppedRuns }: Totals, shown: number): string {
  if (shown === all.runs) return '';
  const without = `${number(all.runs - stoppedRuns)} without a stop`;
  const others = stoppedRuns - shown;
  return others === 0
    ? `(not shown: ${without})\n`
    : `(not shown: ${number(others)} more with stops, ${without})\n`;
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function ranking(title: string, counts: ReadonlyMap<string, number>): string {
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (rows.length === 0) return '';
  const shown = rows
    .slice(0, MAX_NAMES_SHOWN)
    .map(([name, calls]) => [nameOf(name), number(calls)]);
  const rest = rows.length - shown.length;
  return `\n${table([[title, 'calls'], ...shown])}${rest === 0 ? '' : `(and ${number(rest)} more)\n`}`;
}

/** The report for people: what became of each run, and what stopped the calls. */
export function reportText(totals: Totals, settingsFile: string | undefined): string {
  const { all, warned } = totals;
  if (all.calls === 0) return '';
  const settings = settingsFile === undefined ? 'built-in defaults' : printable(settingsFile);
  const warnings = warned === 0 ? '' : `, ${number(warned)} allowed with a warning`;
  return [
    runTable(totals),
    `\n${count(all.calls, 'call')} in ${count(all.runs, 'run')}: ${number(all.stopped)} stopped${warnings}. Settings: ${settings}.\n`,
    ranking('stopped by check', totals.stopsByCheck),
    ranking('stopped by tool', totals.stopsByTool),
  ].join('');
}

/** The share of the wasted calls that was stopped, rounded down, so that 100 % means all of them. */
function stoppedShare({ wasted, wastedStopped }: JudgeFigures): string {
  if (wasted === 0) return '-';
  return `${(Math.floor((1_000 * wastedStopped) / wasted) / 10).toFixed(1)} %`;
}

/** The figures of `--judge` for people. */
export function judgeText({ all, solved, knowsSolved }: Totals): string {
  if (all.calls === 0) return '';
  const groups = knowsSolved ? [all, solved] : [all];
  const row = (title: string, value: (figures: JudgeFigures) => string): string[] => [
    title,
    ...groups.map(value),
  ];
  const text = table([
    ['judged', 'all runs', ...(knowsSolved ? ['solved runs'] : [])],
    row('runs', ({ runs }) => number(runs)),
    row('calls', ({ calls }) => number(calls)),
    row('stopped', ({ stopped }) => number(stopped)),
    row('harmful stops', ({ harmful }) => number(harmful)),
    row('  in so many runs', ({ harmedRuns }) => number(harmedRuns)),
    row('wasted calls', ({ wasted }) => number(wasted)),
    row('  of them stopped', ({ wastedStopped }) => number(wastedStopped)),
    row('  that is', stoppedShare),
    row('killed runs', ({ killedRuns }) => number(killedRuns)),
  ]);
  const note = knowsSolved
    ? ''
    : 'No record says whether its run "solved" its task, so runs that did cannot be told apart.\n';
  return `\n${text}${note}`;
}

/** The figures of `--judge` for programs; `solved` is null when no record carried it. */
export function judgeJson({ all, solved, knowsSolved }: Totals): {
  readonly judge: { readonly all: JudgeFigures; readonly solved: JudgeFigures | null };
} {
  return { judge: { all, solved: knowsSolved ? solved : null } };
}
