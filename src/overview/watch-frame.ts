import type { FoundProxies } from '../presence/live-proxies.js';
import type { Paint } from '../report/paint.js';
import { type Column, tableLines } from '../report/text-table.js';
import { fitted, wrap } from '../report/text-width.js';
import { countText } from '../report/wording.js';
import { agoText, countCell, moneyCell, noRunText, stateCell, stopsText } from './run-cells.js';
import { type LiveRun, runsOf } from './run-list.js';
import { NO_PROXY } from './status-text.js';

/** What is on the screen. */
export interface WatchView {
  readonly found: FoundProxies;
  /** The run that the keys are about; undefined while there is none. */
  readonly chosen: string | undefined;
  /** What the last key did. */
  readonly message: string;
  /** Time of day. */
  readonly clock: string;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'server' },
  { title: 'run' },
  { title: 'calls', right: true },
  { title: 'stopped', right: true },
  { title: 'spent', right: true },
  { title: 'last call', right: true },
  { title: 'state' },
];

const KEYS = 'r reset   ↑ ↓ or j k choose   q quit';
/** Lines that are always there: title, empty, heads of columns; empty, message, keys. */
const FIXED_LINES = 6;
const DETAIL_LINES = 5;
/** `run_` and so many digits: enough for `fuze reset`. */
const RUN_LABEL = 12;

function title({ found, clock }: WatchView, width: number): string {
  const runs = runsOf(found.proxies);
  const ended = runs.filter(({ run }) => run.trip !== null).length;
  const what = `fuze watch   proxies ${countText(found.proxies.length)}   runs ${countText(runs.length)}   ended ${countText(ended)}`;
  return `${fitted(what, width - clock.length - 1).padEnd(width - clock.length)}${clock}`;
}

function cellsOf(live: LiveRun): string[] {
  const { run, proxy } = live;
  return [
    proxy.entry.name,
    fitted(run.runId.slice(0, RUN_LABEL), RUN_LABEL),
    countCell(run.admitted),
    countCell(run.refused + run.replayed),
    moneyCell(live),
    agoText(run.idle),
    stateCell(live),
  ];
}

function detailLines({ proxy, run }: LiveRun, width: number, paint: Paint): string[] {
  const by = stopsText(run.stops);
  const lines = [
    `${run.runId}: ${run.succeeded} succeeded, ${run.failed} failed, ${run.unknown} unknown, ${run.inFlight} in flight${by === '' ? '' : `; stopped by ${by}`}`,
    `pid ${proxy.entry.process.pid}, ${proxy.entry.config ?? 'no fuze.toml'}`,
  ].map((line) => fitted(line, width));
  if (run.trip === null) return lines;
  const { check, tripId, reason } = run.trip;
  const why = wrap(reason, width, '', DETAIL_LINES - lines.length - 1).split('\n');
  return [...lines, paint.bad(fitted(`ended by ${check}, trip ${tripId}`, width)), ...why];
}

/** The rows of the table that fit, so that the chosen one is among them. */
function visible(rows: readonly string[], chosen: number, room: number): string[] {
  const first = Math.max(0, Math.min(chosen - Math.floor(room / 2), rows.length - room));
  return rows.slice(first, first + room);
}

function body(view: WatchView, { columns, rows }: ScreenSize, paint: Paint): string[] {
  const { proxies } = view.found;
  if (proxies.length === 0) return wrap(NO_PROXY, columns, '\n', 4).split('\n');
  const runs = runsOf(proxies);
  const chosen = Math.max(
    0,
    runs.findIndex(({ run }) => run.runId === view.chosen),
  );
  const idle = proxies
    .filter(({ report }) => report === undefined || report.runs.length === 0)
    .map((proxy) => fitted(`  ${fitted(proxy.entry.name, 28)}  ${noRunText(proxy)}`, columns));
  const [head = '', ...table] = tableLines(COLUMNS, runs.map(cellsOf), columns - 2);
  const lines = table.map((line, index) => {
    const text = fitted(`${index === chosen ? '>' : ' '} ${line}`, columns);
    return index === chosen ? paint.bold(text) : text;
  });
  const chosenRun = runs[chosen];
  const details = chosenRun === undefined ? [] : detailLines(chosenRun, columns, paint);
  const room = Math.max(1, rows - FIXED_LINES - details.length - 1);
  const shown = visible([...lines, ...idle], chosen, room);
  return [paint.dim(fitted(`  ${head}`, columns)), ...shown, '', ...details];
}

/** The lines of the screen, no more and no longer than fit. */
export function watchFrame(view: WatchView, size: ScreenSize, paint: Paint): string[] {
  const { columns, rows } = size;
  const lines = [paint.bold(title(view, columns)), '', ...body(view, size, paint)];
  const foot = [fitted(view.message, columns), paint.dim(fitted(KEYS, columns))];
  const above = lines.slice(0, Math.max(0, rows - foot.length));
  const empty = Math.max(0, rows - above.length - foot.length);
  return [...above, ...Array.from({ length: empty }, () => ''), ...foot];
}
