import { RunGroup, type SessionFacts, ToolGroup } from './call-groups.js';
import { isoTime } from './iso-time.js';
import { LimitedMap } from './limited-map.js';
import type { Report } from './report.js';
import { NOT_JUDGED, StopCounts } from './stop-counts.js';
import { Tally } from './tally.js';
import { Timeline } from './timeline.js';
import type { CallEntry, TraceEntry } from './trace-entry.js';
import { TripList } from './trip-list.js';

const MAX_RUNS = 1_000;
const MAX_TOOLS = 200;
const MAX_SERVERS = 50;
/** Calls shown of those that shadow mode would have stopped. */
const MAX_FIRST = 10;

const NO_SESSION: SessionFacts = { server: '', shadow: false, maxCostPerRun: undefined };

type Collected = Omit<Report, 'version' | 'traces' | 'unreadable'>;

/** Adds up the entries of traces. Its memory has a bound, whatever the traces hold. */
export class Collector {
  readonly timeline = new Timeline();
  private readonly total = new Tally();
  private readonly tools = new LimitedMap<ToolGroup>(MAX_TOOLS);
  private readonly runs = new LimitedMap<RunGroup>(MAX_RUNS);
  private readonly servers = new Set<string>();
  private readonly stops = new StopCounts();
  private readonly trips = new TripList();
  private readonly first: { at: string; tool: string; check: string; reason: string }[] = [];
  private session = NO_SESSION;
  private lanes = 0;
  private shadowCalls = 0;
  private from = Number.POSITIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;

  /** A new trace begins: its first records may lack their session. */
  newTrace(): void {
    this.session = NO_SESSION;
  }

  add(entry: TraceEntry): void {
    switch (entry.kind) {
      case 'start':
        this.session = entry;
        if (this.servers.size < MAX_SERVERS) this.servers.add(entry.server);
        return;
      case 'call':
        this.call(entry);
        return;
      case 'trip':
        this.trips.trip(entry, this.session.shadow);
        this.timeline.trip(entry.at);
        for (const tally of this.talliesOf(entry)) tally.trip();
        return;
      case 'reset':
        this.trips.reset(entry);
        return;
      case 'underWay':
      case 'end':
        return;
    }
  }

  figures(): Collected {
    const some = this.from <= this.to;
    const total = this.total.figures();
    return {
      servers: [...this.servers],
      from: some ? isoTime(this.from) : undefined,
      to: some ? isoTime(this.to) : undefined,
      total,
      runs: this.runs
        .all()
        .sort((a, b) => a.began - b.began)
        .map((run) => run.figures()),
      otherRuns: this.runs.rest?.tally.figures(),
      tools: this.toolGroups().map((tool) => tool.figures()),
      otherTools: this.tools.rest?.tally.figures(),
      checks: this.stops.figures(),
      trips: this.trips.figures(),
      shadow:
        this.shadowCalls === 0
          ? undefined
          : {
              calls: this.shadowCalls,
              wouldStop: total.wouldStop,
              wouldSave: total.wouldSave,
              first: this.first,
            },
    };
  }

  /** Lanes of the timeline, in the order of `tools`; a lane that is not among them holds the other tools. */
  laneNumbers(): number[] {
    return this.toolGroups().map(({ lane }) => lane);
  }

  private toolGroups(): ToolGroup[] {
    return this.tools.all().sort((a, b) => b.tally.calls - a.tally.calls);
  }

  private call(call: CallEntry): void {
    for (const tally of this.talliesOf(call)) tally.add(call);
    const tool = this.toolOf(call.tool);
    const forwarded = isForwarded(call);
    if (forwarded) tool.durations.add(call.duration);
    this.timeline.call(call, tool.lane);
    this.stops.add(call);
    this.trips.call(call);
    if (forwarded && (this.session.shadow || call.shadow)) this.shadowCalls += 1;
    if (call.shadow) this.wouldStop(call);
  }

  private wouldStop({ at, tool, check = NOT_JUDGED, reason = '' }: CallEntry): void {
    if (this.first.length < MAX_FIRST) this.first.push({ at: isoTime(at), tool, check, reason });
  }

  private toolOf(tool: string): ToolGroup {
    const { server } = this.session;
    const make = (): ToolGroup => {
      this.lanes += 1;
      return new ToolGroup(server, tool, this.lanes - 1);
    };
    return this.tools.of(JSON.stringify([server, tool]), make);
  }

  /** Where a call or a trip counts: in all, in its tool and in its run. */
  private talliesOf({ at, runId, tool }: { at: number; runId: string; tool: string }): Tally[] {
    this.from = Math.min(this.from, at);
    this.to = Math.max(this.to, at);
    const run = this.runs.of(runId, () => new RunGroup(runId, this.session));
    run.seen(at);
    return [this.total, this.toolOf(tool).tally, run.tally];
  }
}

function isForwarded({ fate }: CallEntry): boolean {
  return fate !== 'refused' && fate !== 'replayed' && fate !== 'withdrawn';
}
