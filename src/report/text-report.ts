import { createPaint, type Paint } from './paint.js';
import type {
  CheckFigures,
  Figures,
  Report,
  RunFigures,
  ToolFigures,
  TraceState,
} from './report.js';
import { tableLines } from './text-table.js';
import { displayWidth, fit, wrap } from './text-width.js';
import {
  contentText,
  countOf,
  countText,
  findingText,
  isIntact,
  periodText,
  spanText,
  summaryText,
  timeBeside,
  timeText,
  usdText,
  verdictText,
} from './wording.js';

const WIDTH = 96;
const MAX_FINDINGS = 5;
const MAX_TRIPS = 15;
const MAX_ROWS = 20;
const NAME = 24;
const BAR = 30;

/** A count in a table: nothing is a dash, so that what there is stands out. */
function cell(count: number): string {
  return count === 0 ? '–' : countText(count);
}

function money(usd: number): string {
  return usd === 0 ? '–' : usdText(usd);
}

function sum(figures: readonly (readonly [number, string])[]): string {
  const some = figures.filter(([count]) => count > 0);
  return some.map(([count, what]) => `${countText(count)} ${what}`).join(', ');
}

function chainLines(trace: TraceState, paint: Paint): string[] {
  const verdict = isIntact(trace)
    ? paint.good(verdictText(trace))
    : paint.bad(paint.bold(verdictText(trace)));
  const lines = [`${fit(trace.file, 60)}  ${verdict}  ${paint.dim(contentText(trace))}`];
  for (const finding of trace.findings.slice(0, MAX_FINDINGS)) {
    lines.push(`  ${paint.bad('!')} ${fit(findingText(finding), WIDTH)}`);
  }
  const more = trace.findingsCount - MAX_FINDINGS;
  if (more > 0) lines.push(`    and ${countText(more)} more; "fuze verify" shows them`);
  if (!isIntact(trace) && trace.verdict !== 'unreadable') {
    lines.push(`    Do not trust the figures below: this trace is not what fuze wrote.`);
  }
  return lines;
}
