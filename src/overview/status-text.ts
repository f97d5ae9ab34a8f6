import type { FoundProxies, FoundProxy } from '../presence/live-proxies.js';
import type { Paint } from '../report/paint.js';
import { type Column, tableLines } from '../report/text-table.js';
import { fitted, wrap } from '../report/text-width.js';
import { countText, spanText } from '../report/wording.js';
import { agoText, countCell, moneyCell, noRunText, stateCell, stopsText } from './run-cells.js';
import { type EndedRun, endedRuns, runsOf } from './run-list.js';

const WIDTH = 110;
const LONGEST_PATH = 60;

/** Where the person sits, to tell times and paths as they know them. */
export interface Viewer {
  readonly home: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const PROXY_COLUMNS: readonly Column[] = [
  { title: 'server' },
  { title: 'pid', right: true },
  { title: 'up', right: true },
  { title: 'clients', right: true },
  { title: 'fuze.toml' },
  { title: 'mode' },
];

const RUN_COLUMNS: readonly Column[] = [
  { title: 'server' },
  { title: 'run' },
  { title: 'calls', right: true },
  { title: 'failed', right: true },
  { title: 'in flight', right: true },
  { title: 'stopped', right: true },
  { title: 'by' },
  { title: 'spent', right: true },
  { title: 'last call', right: true },
  { title: 'state' },
];

/** Nothing is alive, or nothing that can be looked into. */
export const NO_PROXY =
  'No fuze proxy is running for you. Start a client whose servers are guarded, or see "fuze install".';

function shortPath(path: string, home: string): string {
  return fitted(path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path, LONGEST_PATH);
}

function modeOf(proxy: FoundProxy): string {
  const { report, entry } = proxy;
  if (report === undefined) return noRunText(proxy);
  const listens = entry.listens === null ? [] : [`listens on ${fitted(entry.listens, 60)}`];
  return [report.shadow ? 'shadow' : 'guard', ...listens].join(', ');
}

function proxyRow(proxy: FoundProxy, { home, now }: Viewer): string[] {
  const { entry, report } = proxy;
  return [
    entry.name,
    String(entry.process.pid),
    spanText(Math.max(0, now - Date.parse(entry.started))),
    report === undefined ? '' : String(report.sessions),
    entry.config === null ? 'none' : shortPath(entry.config, home),
    modeOf(proxy),
  ];
}

function section(
  title: string,
  columns: readonly Column[],
  rows: readonly string[][],
  paint: Paint,
): string[] {
  const [head = '', ...lines] = tableLines(columns, rows, WIDTH);
  return ['', paint.bold(title), paint.dim(`  ${head}`), ...lines.map((line) => `  ${line}`)];
}

/** What ended a run, and what lets it go on. */
export function endedLines({ proxy, run, trip }: EndedRun, paint: Paint): string[] {
  const { name, process } = proxy.entry;
  const what = `${fitted(run.runId, 40)} of ${fitted(name, 30)} (pid ${process.pid})`;
  return [
    `${paint.bad('ended')}  ${what} by ${fitted(trip.check, 20)}, trip ${fitted(trip.tripId, 20)}`,
    `  ${wrap(trip.reason, WIDTH - 2, '  ', 4)}`,
    `  To let it go on: fuze reset ${fitted(run.runId, 40)}`,
  ];
}

function runSection({ proxies }: FoundProxies, paint: Paint): string[] {
  const runs = runsOf(proxies);
  if (runs.length === 0) return ['', 'No run is open: no tool has been called yet, or not lately.'];
  const rows = runs.map((live) => [
    live.proxy.entry.name,
    fitted(live.run.runId, 24),
    countCell(live.run.admitted),
    countCell(live.run.failed),
    countCell(live.run.inFlight),
    countCell(live.run.refused + live.run.replayed),
    stopsText(live.run.stops),
    moneyCell(live),
    agoText(live.run.idle),
    stateCell(live),
  ]);
  const open = proxies.reduce((sum, { report }) => sum + (report?.openRuns ?? 0), 0);
  const more = open > runs.length ? [`  and ${open - runs.length} more`] : [];
  return [...section('Runs', RUN_COLUMNS, rows, paint), ...more];
}

/** `fuze status` for people. */
export function statusText(found: FoundProxies, viewer: Viewer, paint: Paint): string {
  const { proxies, strangers } = found;
  const strange = strangers.map(
    ({ process, version }) =>
      `pid ${process.pid} runs fuze ${fitted(version, 20)}, which this one cannot ask. Use that version, or restart the client.`,
  );
  if (proxies.length === 0) return `${[...strange, NO_PROXY].join('\n')}\n`;
  const ended = endedRuns(proxies);
  const rows = proxies.map((proxy) => proxyRow(proxy, viewer));
  const title = `${countText(proxies.length)} live ${proxies.length === 1 ? 'proxy' : 'proxies'}`;
  const lines = [
    ...section(title, PROXY_COLUMNS, rows, paint).slice(1),
    ...runSection(found, paint),
    ...ended.flatMap((run) => ['', ...endedLines(run, paint)]),
    ...strange.flatMap((line) => ['', line]),
  ];
  return `${lines.join('\n')}\n`;
}
