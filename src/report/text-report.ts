import { createPaint, type Paint } from './paint.js';
import type { Figures, Report, TraceState } from './report.js';
import { checkLines, runLines, toolLines, tripLines } from './text-sections.js';
import { displayWidth, fitted, wrap } from './text-width.js';
import {
  contentText,
  countOf,
  countText,
  doubtText,
  findingText,
  isIntact,
  periodText,
  summaryText,
  timeText,
  usdText,
  verdictText,
} from './wording.js';

const WIDTH = 94;
const MAX_NAMED = 5;

function traceLines(trace: TraceState, paint: Paint): string[] {
  const verdict = verdictText(trace);
  const good = isIntact(trace);
  const content = contentText(trace);
  const lines = [
    `${paint.bold(fitted(trace.file, WIDTH))}`,
    good
      ? `  ${paint.good(verdict)}  ${paint.dim(content)}`
      : `  ${paint.bad(paint.bold(fitted(verdict, WIDTH)))}  ${content}`.trimEnd(),
  ];
  for (const finding of trace.findings.slice(0, MAX_NAMED)) {
    lines.push(`  ${paint.bad('!')} ${fitted(findingText(finding), WIDTH - 4)}`);
  }
  const more = trace.findingsCount - MAX_NAMED;
  if (more > 0) lines.push(`    and ${countText(more)} more, which "fuze verify" names`);
  const doubt = doubtText(trace);
  if (doubt !== undefined) lines.push(`  ${paint.bad(paint.bold(doubt))}`);
  return lines;
}

function unreadableLines({ unreadable, traces }: Report): string[] {
  const { count, first } = unreadable;
  if (count === 0) return [];
  const lines = [
    `${countOf(count, 'line')} could not be read and ${count === 1 ? 'is' : 'are'} counted nowhere:`,
  ];
  for (const { file, line, reason } of first.slice(0, MAX_NAMED)) {
    const where = traces.length > 1 ? `${file}, ` : '';
    lines.push(`  ${fitted(`${where}line ${countText(line)}: ${reason}`, WIDTH - 2)}`);
  }
  if (count > MAX_NAMED) lines.push(`  and ${countText(count - MAX_NAMED)} more`);
  return lines;
}

/** The parts that are not zero, with a word for each. */
function parts(counts: readonly (readonly [number, string])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${countText(count)} ${what}`)
    .join(', ');
}

/** One figure per line: name, number, what it is made of. */
function figureLines(total: Figures, paint: Paint): string[] {
  const { sideEffects: effects } = total;
  const stopped = total.refused + total.replayed;
  const rows: (readonly [string, string, string])[] = [
    [
      'forwarded',
      countText(total.forwarded),
      parts([
        [total.succeeded, 'succeeded'],
        [total.failed, 'failed'],
        [total.timedOut, 'timed out'],
        [total.interrupted, 'interrupted'],
        [total.warned, 'of them with a warning'],
      ]),
    ],
    [
      'stopped',
      countText(stopped),
      parts([
        [total.refused, 'refused'],
        [total.replayed, 'replayed'],
      ]),
    ],
  ];
  if (total.withdrawn > 0) {
    rows.push(['withdrawn', countText(total.withdrawn), 'given up before fuze decided']);
  }
  const unpriced =
    total.unpriced > 0 ? `, and ${countOf(total.unpriced, 'call')} without an estimate` : '';
  rows.push(['spent', usdText(total.spent), '']);
  if (stopped > 0)
    rows.push(['saved', usdText(total.saved), `estimate of the calls stopped${unpriced}`]);
  const ends = parts([
    [effects.prevented, 'prevented from happening twice'],
    [effects.failed, 'failed'],
    [effects.unknown, 'with unknown outcome'],
  ]);
  if (effects.executed > 0 || ends !== '') {
    const detail = ends === '' ? 'executed' : `executed, ${ends}`;
    rows.push(['side effects', countText(effects.executed), detail]);
  }
  const width = Math.max(...rows.map(([, number]) => displayWidth(number)));
  return rows.map(([name, number, detail]) => {
    const figure = `  ${name.padEnd(13)} ${paint.bold(number.padStart(width))}`;
    return detail === '' ? figure : `${figure}  ${paint.dim(detail)}`;
  });
}

function shadowLines({ shadow }: Report, paint: Paint): string[] {
  if (shadow === undefined) return [];
  const { wouldStop, calls, wouldSave, first } = shadow;
  const lines = [
    paint.bold('Shadow mode'),
    `  would have stopped ${countText(wouldStop)} of ${countOf(calls, 'call')}, which cost ${usdText(wouldSave)}`,
  ];
  for (const { at, tool, check, reason } of first.slice(0, MAX_NAMED)) {
    lines.push(`  ${paint.dim(timeText(at))}  ${fitted(check, 16)}  ${fitted(tool, 32)}`);
    lines.push(`    ${wrap(reason, WIDTH - 4, '    ', 2)}`);
  }
  if (wouldStop > first.length)
    lines.push(`  and ${countText(wouldStop - Math.min(MAX_NAMED, first.length))} more`);
  return lines;
}

/** The report for people, in lines of at most 100 columns, ended by a line feed. */
export function textReport(report: Report, colour: boolean): string {
  const paint = createPaint(colour);
  const sections = [
    report.traces.flatMap((trace) => traceLines(trace, paint)),
    unreadableLines(report),
    [wrap(summaryText(report), WIDTH, '', 4), paint.dim(periodText(report))],
    figureLines(report.total, paint),
    checkLines(report, paint),
    shadowLines(report, paint),
    tripLines(report, paint),
    toolLines(report, paint),
    runLines(report, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}
