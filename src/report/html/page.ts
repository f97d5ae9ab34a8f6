import type { TraceReading } from '../read-traces.js';
import { headerMarkup, tilesMarkup } from './headline.js';
import { brief, html, raw } from './markup.js';
import { moneyChart } from './money-chart.js';
import { stopsMarkup } from './stops.js';
import { STYLE } from './style.js';
import { runsMarkup, toolsMarkup } from './tables.js';
import { timeAxis } from './time-axis.js';
import { timelineChart } from './timeline-chart.js';
import { tripsMarkup } from './trips.js';

/** No script, no picture, no font, no connection: were there markup in a name after all, it could do nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report as one page that needs nothing beside itself, in HTML. */
export function htmlPage(reading: TraceReading): string {
  const { report, timeline } = reading;
  const axis = timeAxis(timeline);
  const title = `fuze report: ${brief(report.servers.join(', '), 80)}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(STYLE)}</style></head>
<body><main>
${headerMarkup(report)}${tilesMarkup(report)}${timelineChart(reading, axis)}${moneyChart(report, axis)}${stopsMarkup(report)}${tripsMarkup(report)}${toolsMarkup(report)}${runsMarkup(report)}<footer class="muted">Made by <code>fuze report</code> from the ${report.traces.length === 1 ? 'trace' : 'traces'} above. Times are UTC. Percentiles are within 2 %. Figures for programs: <code>fuze report --json</code>.</footer>
</main></body></html>
`.text;
}
