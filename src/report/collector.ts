import { microsToUsd } from '../config/money.js';
import type { Micros } from '../config/settings.js';
import { Durations } from './durations.js';
import { LimitedMap } from './limited-map.js';
import type { Report, RunFigures, ToolFigures } from './report.js';
import { StopCounts } from './stop-counts.js';
import { Tally } from './tally.js';
import { Timeline } from './timeline.js';
import type { CallEntry, TraceEntry } from './trace-entry.js';
import { TripList } from './trip-list.js';

const MAX_RUNS = 1_000;
const MAX_TOOLS = 200;
const MAX_SERVERS = 50;
const MAX_FIRST = 10;

interface ToolTally {
  readonly tool: string;
  readonly server: string;
  /** Its number in the timeline. */
  readonly lane: number;
  readonly tally: Tally;
  readonly durations: Durations;
}

interface RunTally {
  readonly runId: string;
  readonly server: string;
  readonly maxCostPerRun: Micros | undefined;
  readonly tally: Tally;
  from: number;
  to: number;
}

interface Session {
  readonly server: string;
  readonly shadow: boolean;
  readonly maxCostPerRun: Micros | undefined;
}

const NO_SESSION: Session = { server: '', shadow: false, maxCostPerRun: undefined };

type Collected = Omit<Report, 'version' | 'traces' | 'unreadable'>;

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Adds up the entries of traces. Its memory has a bound, whatever the traces hold. */
export class Collector {
  readonly timeline = new Timeline();
  /** `[server, tool]` of every lane of the timeline. */
  readonly lanes: { readonly server: string; readonly tool: string }[] = [];
  private readonly total = new Tally();
  private readonly servers = new Set<string>();
  private readonly stops = new StopCounts();
  private readonly trips = new TripList();
  private readonly first: { at: string; tool: string; check: string; reason: string }[] = [];
  private session = NO_SESSION;
  private shadowCalls = 0;
  private from = Number.POSITIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;

  private readonly tools = new LimitedMap<string, ToolTally>(MAX_TOOLS, (key) => {
    const tool = key.slice(this.session.server.length + 1);
    const lane = this.lanes.push({ server: this.session.server, tool }) - 1;
    return { ...this.lanes[lane], tool, server: this.session.server, lane, tally: new Tally(), durations: new Durations() };
  });
  private readonly runs = new LimitedMap<string, RunTally>(MAX_RUNS, (runId) => {
    const { server, maxCostPerRun } = this.session;
    const from = Number.POSITIVE_INFINITY;
    const to = Number.NEGATIVE_INFINITY;
    return { runId, server, maxCostPerRun, tally: new Tally(), from, to };
  });
}
