import type { Report, TraceState } from '../report.js';
import {
  contentText,
  countOf,
  countText,
  doubtText,
  findingText,
  isIntact,
  periodText,
  summaryText,
  usdText,
  verdictText,
} from '../wording.js';
import { brief, html, type Markup, NOTHING } from './markup.js';

const MAX_NAMED = 20;
const LONGEST = 300;

/** What is wrong with a trace, loudly; a quiet line for one that is intact. */
function traceMarkup(trace: TraceState): Markup {
  const file = html`<bdi class="file">${brief(trace.file, LONGEST)}</bdi>`;
  const verdict = verdictText(trace);
  if (isIntact(trace)) {
    return html`<p class="chain good"><span class="pill">✓ chain ${verdict}</span> ${file} <span class="muted">${contentText(trace)}</span></p>
`;
  }
  const named = trace.findings.slice(0, MAX_NAMED);
  const more = trace.findingsCount - named.length;
  return html`<div class="chain bad" role="alert"><p><span class="pill">✗ chain ${brief(verdict, LONGEST)}</span> ${file} <span class="muted">${contentText(trace)}</span></p>
<p><strong>${doubtText(trace) ?? ''}</strong></p>
<ul>${named.map((finding) => html`<li>${brief(findingText(finding), LONGEST)}</li>`)}${more > 0 ? html`<li>and ${countText(more)} more, which <code>fuze verify</code> names</li>` : NOTHING}</ul></div>
`;
}

function unreadableMarkup({ unreadable, traces }: Report): Markup {
  const { count, first } = unreadable;
  if (count === 0) return NOTHING;
  const items = first.slice(0, MAX_NAMED).map(({ file, line, reason }) => {
    const where = traces.length > 1 ? `${brief(file, LONGEST)}, ` : '';
    return html`<li>${where}line ${countText(line)}: ${brief(reason, LONGEST)}</li>`;
  });
  const more = count - items.length;
  return html`<details class="unreadable"><summary>${countOf(count, 'line')} could not be read and ${count === 1 ? 'is' : 'are'} counted nowhere</summary><ul>${items}${more > 0 ? html`<li>and ${countText(more)} more</li>` : NOTHING}</ul></details>
`;
}

/** What was reported on, whether it can be trusted, and what happened in a sentence. */
export function headerMarkup(report: Report): Markup {
  const servers = report.servers.map((server) => html`<bdi>${brief(server, LONGEST)}</bdi> `);
  return html`<header><p class="brand"><svg viewBox="0 0 28 12" aria-hidden="true"><path d="M0 6H6M22 6H28"/><rect x="6" y="1" width="16" height="10" rx="3"/><path d="M9 6C11 3 13 9 15 6S18 5 19 6"/></svg>fuze report</p>
<h1>${servers.length > 0 ? servers : 'a trace'}</h1>
<p class="lead">${summaryText(report)}</p>
<p class="muted">${periodText(report)}</p>
${report.traces.map(traceMarkup)}${unreadableMarkup(report)}</header>
`;
}

function tile(
  id: string,
  name: string,
  figure: string,
  details: readonly string[],
  tone = '',
): Markup {
  const lines = details.map((detail) => html`<span>${detail}</span>`);
  return html`<div class="tile ${tone}" id="figure-${id}"><h2>${name}</h2><p class="figure">${figure}</p><p class="detail">${lines}</p></div>
`;
}

/** Those that are not zero, with a word for each. */
function some(counts: readonly (readonly [number, string])[]): string[] {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${countText(count)} ${word}`);
}

/** The figures that matter, large. */
export function tilesMarkup({ total, shadow, trips }: Report): Markup {
  const { sideEffects: effects } = total;
  const failed = total.failed + total.timedOut + total.interrupted;
  const stopped = total.refused + total.replayed;
  const unpriced =
    total.unpriced > 0 ? [`${countOf(total.unpriced, 'call')} without an estimate`] : [];
  const anyEffect = effects.executed + effects.failed + effects.unknown + effects.prevented > 0;
  return html`<section class="tiles" aria-label="Figures">
${tile(
  'forwarded',
  'Forwarded',
  countText(total.forwarded),
  some([
    [total.succeeded, 'succeeded'],
    [total.warned, 'with a warning'],
    [total.withdrawn, 'withdrawn before that'],
  ]),
)}${tile(
  'failed',
  'Failed',
  countText(failed),
  some([
    [total.failed, 'failed'],
    [total.timedOut, 'timed out'],
    [total.interrupted, 'interrupted'],
  ]),
  failed > 0 ? 'warn' : '',
)}${tile(
  'stopped',
  'Stopped',
  countText(stopped),
  some([
    [total.refused, 'refused'],
    [total.replayed, 'replayed'],
    [trips.count, trips.count === 1 ? 'trip' : 'trips'],
  ]),
  stopped > 0 ? 'stop' : '',
)}${tile('spent', 'Spent', usdText(total.spent), stopped > 0 ? [`${usdText(total.saved)} saved`, ...unpriced] : [])}${
  anyEffect
    ? tile('effects', 'Side effects', countText(effects.executed), [
        'executed',
        ...some([
          [effects.prevented, 'prevented from happening twice'],
          [effects.failed, 'failed'],
          [effects.unknown, 'with unknown outcome'],
        ]),
      ])
    : NOTHING
}${
  shadow === undefined
    ? NOTHING
    : tile(
        'shadow',
        'Shadow mode',
        countText(shadow.wouldStop),
        [
          `of ${countOf(shadow.calls, 'call')} would have been stopped`,
          ...(shadow.wouldSave > 0 ? [`they cost ${usdText(shadow.wouldSave)}`] : []),
        ],
        'stop',
      )
}</section>
`;
}
