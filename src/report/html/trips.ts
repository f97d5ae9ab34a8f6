import type { Report } from '../report.js';
import { countOf, countText, runLabel, timeText } from '../wording.js';
import { brief, html, type Markup, NOTHING } from './markup.js';

/** Shown at once; the others unfold. */
const MAX_OPEN = 12;
const LONGEST_NAME = 120;
const LONGEST_REASON = 600;

/** The trips in the order of time, each with its reason. */
export function tripsMarkup({ trips, runs }: Report): Markup {
  if (trips.count === 0) return NOTHING;
  const several = runs.length > 1;
  const items = trips.list.map((trip, index) => {
    const run = several
      ? html` · run <bdi>${brief(runLabel(trip.runId), LONGEST_NAME)}</bdi>`
      : NOTHING;
    const calls = trip.calls > 1 ? html` · ${countOf(trip.calls, 'call')}` : NOTHING;
    const shadow = trip.shadow ? html` <span class="pill quiet">shadow</span>` : NOTHING;
    const lifted =
      trip.lifted === undefined
        ? NOTHING
        : html` · the run went on, by <code>fuze reset</code>, at <time datetime="${trip.lifted}">${timeText(trip.lifted)} UTC</time>`;
    return html`<li id="trip-${index + 1}"><p><strong><bdi>${brief(trip.check, LONGEST_NAME)}</bdi></strong> <span class="muted">${trip.shadow ? 'would have stopped' : 'stopped'}</span> <bdi class="tool">${brief(trip.tool, LONGEST_NAME)}</bdi>${shadow}</p>
<p>${brief(trip.reason, LONGEST_REASON)}</p>
<p class="muted"><time datetime="${trip.at}">${timeText(trip.at)} UTC</time>${calls}${run}${lifted} · <code>${brief(trip.tripId, LONGEST_NAME)}</code></p></li>
`;
  });
  const rest = items.slice(MAX_OPEN);
  const folded =
    rest.length === 0
      ? NOTHING
      : html`<details><summary>${countOf(rest.length, 'trip')} more</summary><ol class="trips" style="counter-set:trip ${MAX_OPEN}">${rest}</ol></details>`;
  const more = trips.count - trips.list.length;
  return html`<section class="card" id="trips"><h2>Trips <span class="count">${countText(trips.count)}</span></h2><ol class="trips">${items.slice(0, MAX_OPEN)}</ol>${folded}${more > 0 ? html`<p class="muted">and ${countText(more)} more, which are only counted</p>` : NOTHING}</section>
`;
}
