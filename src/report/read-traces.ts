import { type TraceVisitor, verifyTrace } from '../evidence/verify.js';
import { Collector } from './collector.js';
import { REPORT_VERSION, type Report, type TraceState } from './report.js';
import type { Timeline } from './timeline.js';
import { readTraceEntry } from './trace-entry.js';

/** Unreadable lines and findings that are named; the others are counted. */
const MAX_NAMED = 100;

/** A report with what only its pictures need. */
export interface TraceReading {
  readonly report: Report;
  readonly timeline: Timeline;
  /** Lanes of the timeline, in the order of `report.tools`; other lanes belong to other tools. */
  readonly lanes: readonly number[];
}

/**
 * Reads traces once, from beginning to end, verifying each as it goes. A broken trace is read all the same, and so
 * are the others when a file cannot be read; `report.traces` tells of both.
 */
export async function readTraces(files: readonly string[]): Promise<TraceReading> {
  const collector = new Collector();
  const traces: TraceState[] = [];
  const first: { file: string; line: number; reason: string }[] = [];
  let count = 0;
  for (const file of files) {
    collector.newTrace();
    const unreadable = (line: number, reason: string): void => {
      count += 1;
      if (first.length < MAX_NAMED) first.push({ file, line, reason });
    };
    traces.push(
      await stateOf(file, {
        unreadable,
        record: (line, { payload }) => {
          const entry = readTraceEntry(payload);
          if (typeof entry === 'string') unreadable(line, entry);
          else collector.add(entry);
        },
      }),
    );
  }
  const report: Report = {
    version: REPORT_VERSION,
    traces,
    ...collector.figures(),
    unreadable: { count, first },
  };
  return { report, timeline: collector.timeline, lanes: collector.laneNumbers() };
}

async function stateOf(file: string, visitor: TraceVisitor): Promise<TraceState> {
  try {
    const { findings, ...state } = await verifyTrace(file, visitor);
    const named = findings.slice(0, MAX_NAMED);
    return { file, ...state, findings: named, findingsCount: findings.length, problem: undefined };
  } catch (error) {
    return {
      file,
      verdict: 'unreadable',
      records: 0,
      sessions: 0,
      unended: 0,
      lost: 0,
      head: '',
      findings: [],
      findingsCount: 0,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}
