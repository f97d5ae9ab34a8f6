import { microsToUsd } from '../config/money.js';
import type { Micros } from '../config/settings.js';
import { Durations } from './durations.js';
import { isoTime } from './iso-time.js';
import type { RunFigures, ToolFigures } from './report.js';
import { Tally } from './tally.js';

/** The session that a record stands in. */
export interface SessionFacts {
  readonly server: string;
  readonly shadow: boolean;
  readonly maxCostPerRun: Micros | undefined;
}

/** What one tool of one server did. */
export class ToolGroup {
  readonly tally = new Tally();
  readonly durations = new Durations();

  constructor(
    readonly server: string,
    readonly tool: string,
    /** Its number in the timeline. */
    readonly lane: number,
  ) {}

  figures(): ToolFigures {
    const { tool, server } = this;
    return { tool, server, ...this.tally.figures(), duration_ms: this.durations.figures() };
  }
}

/** What happened in one run. */
export class RunGroup {
  readonly tally = new Tally();
  private from = Number.POSITIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly runId: string,
    private readonly session: SessionFacts,
  ) {}

  /** Something of this run happened at this time. */
  seen(at: number): void {
    this.from = Math.min(this.from, at);
    this.to = Math.max(this.to, at);
  }

  /** Milliseconds since the epoch. */
  get began(): number {
    return this.from;
  }

  figures(): RunFigures {
    const { server, maxCostPerRun } = this.session;
    return {
      runId: this.runId,
      server,
      from: isoTime(this.from),
      to: isoTime(this.to),
      maxCostPerRun: maxCostPerRun === undefined ? undefined : microsToUsd(maxCostPerRun),
      ...this.tally.figures(),
    };
  }
}
