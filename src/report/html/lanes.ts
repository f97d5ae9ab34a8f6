import { isoTime } from '../iso-time.js';
import type { TraceReading } from '../read-traces.js';
import type { ToolFigures } from '../report.js';
import { type Cell, MARKS, type Mark } from '../timeline.js';
import { countText, timeText } from '../wording.js';
import { coordinate, html, type Markup, NOTHING } from './markup.js';
import type { Column, TimeAxis } from './time-axis.js';
import { toolName } from './tool-name.js';

/** Tools with a lane of their own; the others share one. */
const MAX_LANES = 12;

/** A lane, from top to bottom: a row for what failed, the line on which stands what ran, and below it what was stopped. */
const HEIGHT = 60;
const TOP_ROW = 14;
const FAILED = 10;
const LINE = 40;
const RAN = 22;
const STOPPED = 14;
const BAR = 0.78;

/** What each mark is called, and where it stands, so that nobody needs the colour. */
export const MARK_WORDS: Readonly<Record<Mark, readonly [string, string]>> = {
  ran: ['ran', 'on the line'],
  failed: ['failed or timed out', 'top row'],
  refused: ['refused', 'below the line'],
  replayed: ['replayed', 'below the line, short'],
  wouldStop: ['shadow: would have been stopped', 'bottom edge'],
};

interface Lane {
  readonly name: Markup;
  readonly tools: readonly ToolFigures[];
  /** Which lanes of the timeline it shows. */
  readonly holds: (lane: number) => boolean;
}

function lanesOf({ report, lanes }: TraceReading): Lane[] {
  const own = report.tools.length <= MAX_LANES + 1 ? MAX_LANES + 1 : MAX_LANES;
  const shown = report.tools.slice(0, own).map((tool, index) => ({
    name: toolName(report, tool),
    tools: [tool],
    holds: (lane: number) => lane === lanes[index],
  }));
  if (report.tools.length <= own && report.otherTools === undefined) return shown;
  const ownLanes = new Set(lanes.slice(0, own));
  const tools = report.tools.slice(own);
  const count = report.otherTools === undefined ? countText(tools.length) : 'all';
  return [
    ...shown,
    { name: html`${count} other tools`, tools, holds: (lane) => !ownLanes.has(lane) },
  ];
}

function cellOf({ bucket }: Column, holds: Lane['holds']): Cell | undefined {
  const cells = [...bucket.cells].filter(([lane]) => holds(lane)).map(([, cell]) => cell);
  const [first, ...others] = cells;
  if (first === undefined || others.length === 0) return first;
  const sum = { ...first };
  for (const cell of others) for (const mark of MARKS) sum[mark] += cell[mark];
  return sum;
}

/** Where the bar of a mark stands: its upper edge and its height. */
function place(mark: Mark, share: number): readonly [number, number] {
  // The root keeps one call visible beside hundreds.
  const scaled = 0.3 + 0.7 * Math.sqrt(share);
  switch (mark) {
    case 'ran':
      return [LINE - RAN * scaled, RAN * scaled];
    case 'failed':
      return [TOP_ROW - FAILED * scaled, FAILED * scaled];
    case 'refused':
      return [LINE + 2, STOPPED * scaled];
    case 'replayed':
      return [LINE + 2, 6];
    case 'wouldStop':
      return [HEIGHT - 6, 5];
  }
}

function columnMarkup(column: Column, cell: Cell, most: Cell): Markup {
  const marks = MARKS.filter((mark) => cell[mark] > 0);
  if (marks.length === 0) return NOTHING;
  const words = marks.map((mark) => `${countText(cell[mark])} ${MARK_WORDS[mark][0]}`);
  const bars = marks.map((mark) => {
    const [y, height] = place(mark, cell[mark] / most[mark]);
    return html`<rect class="${mark}" x="${coordinate(column.x + (1 - BAR) / 2)}" y="${coordinate(y)}" width="${BAR}" height="${coordinate(height)}"/>`;
  });
  return html`<g><title>${timeText(isoTime(column.from))}: ${words.join(', ')}</title>${bars}</g>`;
}

function laneLabel(tools: readonly ToolFigures[]): string {
  const sum = (count: (tool: ToolFigures) => number): string =>
    countText(tools.reduce((total, tool) => total + count(tool), 0));
  return `${sum((t) => t.forwarded)} forwarded, of which ${sum((t) => t.failed + t.timedOut + t.interrupted)} failed; ${sum((t) => t.refused + t.replayed)} stopped; ${sum((t) => t.wouldStop)} would have been stopped`;
}

/** One lane per tool: its name, its number of calls, and its calls over time. */
export function laneRows(
  reading: TraceReading,
  axis: TimeAxis,
  tripColumns: readonly number[],
): Markup[] {
  const lanes = lanesOf(reading).map((lane) => ({
    ...lane,
    cells: axis.columns.flatMap((column) => {
      const cell = cellOf(column, lane.holds);
      return cell === undefined ? [] : [{ column, cell }];
    }),
  }));
  const most: Cell = { ran: 1, failed: 1, refused: 1, replayed: 1, wouldStop: 1 };
  for (const { cell } of lanes.flatMap(({ cells }) => cells)) {
    for (const mark of MARKS) most[mark] = Math.max(most[mark], cell[mark]);
  }
  const backdrop = [
    ...axis.pauses.map(
      ({ x, columns }) =>
        html`<rect class="pause" x="${x}" y="0" width="${columns}" height="${HEIGHT}"/>`,
    ),
    ...tripColumns.map(
      (x) =>
        html`<rect class="tripline" x="${coordinate(x + 0.4)}" y="0" width="0.2" height="${HEIGHT}"/>`,
    ),
  ];
  return lanes.map(({ name, tools, cells }) => {
    const calls = tools.reduce((sum, tool) => sum + tool.calls, 0);
    return html`<div class="lane"><div class="label">${name} ${calls > 0 ? html`<span class="count">${countText(calls)}</span>` : NOTHING}</div>
<svg viewBox="0 0 ${axis.length} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${laneLabel(tools)}">${backdrop}<rect class="axis" x="0" y="${LINE}" width="${axis.length}" height="1"/>${cells.map(({ column, cell }) => columnMarkup(column, cell, most))}</svg></div>
`;
  });
}
