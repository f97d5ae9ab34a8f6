import { isoTime } from '../iso-time.js';
import type { TraceReading } from '../read-traces.js';
import type { Report } from '../report.js';
import { MARKS, type Mark } from '../timeline.js';
import { countOf, countText, spanText, timeBeside, timeText } from '../wording.js';
import { laneRows, MARK_WORDS } from './lanes.js';
import { brief, coordinate, html, type Markup, NOTHING } from './markup.js';
import { columnAt, type TimeAxis, timeAt } from './time-axis.js';

/** More trips than this are shown as a row of bars, for their numbers and lines would cover the calls. */
const MAX_FLAGS = 12;
/** Numbers of trips closer together than this, in percent of the width, would cover each other. */
const LABEL_DISTANCE = 4.5;
const TRIP_ROW = 22;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time at every tick: of day, beginning with the date, or to the minute with its day where there are several. */
function tickTexts({ from = '', to = '' }: Report, axis: TimeAxis): string[] {
  const times = TICKS.map((share) => {
    const iso = isoTime(timeAt(axis, share * axis.length));
    // A column begins before its first call.
    return iso < from ? from : iso > to ? to : iso;
  });
  if (from.slice(0, 10) === to.slice(0, 10)) {
    return times.map((iso, index) => (index === 0 ? timeText(iso) : timeBeside(iso, from)));
  }
  return times.map((iso) => {
    const month = MONTHS[Number(iso.slice(5, 7)) - 1] ?? '';
    return `${month} ${Number(iso.slice(8, 10))}, ${iso.slice(11, 16)}`;
  });
}

/** Times along the axis, for every chart that shares it. */
export function axisRow(report: Report, axis: TimeAxis): Markup {
  const ticks = tickTexts(report, axis).map(
    (text, index) =>
      html`<span class="tick" style="left:${(TICKS[index] ?? 0) * 100}%">${text}</span>`,
  );
  return html`<div class="lane axisrow" aria-hidden="true"><div class="label">UTC</div><div class="ticks">${ticks}</div></div>`;
}

function legend(present: readonly Mark[]): Markup {
  const items = present.map((mark) => {
    const [word, place] = MARK_WORDS[mark];
    return html`<li><span class="swatch ${mark}"></span>${word} <span class="muted">(${place})</span></li>`;
  });
  return html`<ul class="legend">${items}</ul>`;
}

/** Numbered marks above the lanes; each leads to its trip. */
function tripFlags({ report }: TraceReading, axis: TimeAxis): Markup {
  let last = Number.NEGATIVE_INFINITY;
  const flags = report.trips.list.map((trip, index) => {
    const column = columnAt(axis, Date.parse(trip.at));
    if (column === undefined) return NOTHING;
    const left = ((column.x + 0.5) / axis.length) * 100;
    const numbered = left - last >= LABEL_DISTANCE;
    if (numbered) last = left;
    return html`<a class="flag${numbered ? '' : ' small'}" href="#trip-${index + 1}" style="left:${coordinate(left)}%" aria-label="trip ${index + 1}: ${brief(trip.check, 80)}">${numbered ? index + 1 : ''}</a>`;
  });
  return html`<div class="lane flags"><div class="label">trips</div><div class="flagrow">${flags}</div></div>`;
}

/** Trips over time as bars, when they are too many for a mark each. */
function tripBars({ report }: TraceReading, axis: TimeAxis): Markup {
  const columns = axis.columns.filter(({ bucket }) => bucket.trips > 0);
  const most = columns.reduce((largest, { bucket }) => Math.max(largest, bucket.trips), 1);
  const bars = columns.map(({ x, from, bucket }) => {
    const height = coordinate(TRIP_ROW * (0.4 + 0.6 * Math.sqrt(bucket.trips / most)));
    return html`<g><title>${timeText(isoTime(from))}: ${countOf(bucket.trips, 'trip')}</title><rect class="trip" x="${coordinate(x + 0.11)}" y="${coordinate(TRIP_ROW - height)}" width="0.78" height="${height}"/></g>`;
  });
  return html`<div class="lane flags"><div class="label">trips <span class="count">${countText(report.trips.count)}</span></div><svg class="tripbars" viewBox="0 0 ${axis.length} ${TRIP_ROW}" preserveAspectRatio="none" role="img" aria-label="${countOf(report.trips.count, 'trip')} over time">${bars}</svg></div>`;
}

/** Calls over time, one lane per tool, trips marked. */
export function timelineChart(reading: TraceReading, axis: TimeAxis): Markup {
  const { report } = reading;
  if (report.total.calls === 0) return NOTHING;
  const present = MARKS.filter((mark) =>
    axis.columns.some(({ bucket }) => [...bucket.cells.values()].some((cell) => cell[mark] > 0)),
  );
  const few = report.trips.count <= MAX_FLAGS;
  const marked = few ? report.trips.list : [];
  const lines = new Set(marked.flatMap(({ at }) => columnAt(axis, Date.parse(at))?.x ?? []));
  const flags = few ? tripFlags : tripBars;
  const tripRow = report.trips.count === 0 ? NOTHING : flags(reading, axis);
  const { pauses } = axis;
  const longest = pauses.reduce((most, { milliseconds }) => Math.max(most, milliseconds), 0);
  const cut =
    pauses.length === 0
      ? NOTHING
      : html` Shaded: ${pauses.length === 1 ? 'a pause' : `${pauses.length} pauses`} cut out, ${pauses.length === 1 ? '' : 'the longest '}${spanText(longest)}.`;
  return html`<section class="card" id="timeline"><h2>Calls over time</h2>
<p class="muted">One column is ${spanText(axis.width)}; taller is more calls, each kind on its own scale.${cut}</p>
${legend(present)}
<div class="lanes">${tripRow}${laneRows(reading, axis, [...lines])}${axisRow(report, axis)}</div></section>
`;
}
