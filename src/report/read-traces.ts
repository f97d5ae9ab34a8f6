import { createReadStream } from 'node:fs';
import type { ChainRecord } from '../evidence/hash-chain.js';
import { type TraceVisitor, verifyTrace } from '../evidence/verify.js';
import { Collector } from './collector.js';
import { REPORT_VERSION, type Report, type TraceState } from './report.js';
import type { Timeline } from './timeline.js';
import { readTraceEntry } from './trace-entry.js';

/** Unreadable lines and findings that are named; the others are counted. */
const MAX_NAMED = 100;
const CHUNK_BYTES = 1 << 20;

/** A report with what only its pictures need. */
export interface TraceReading {
  readonly report: Report;
  readonly timeline: Timeline;
  /** Lanes of the timeline, in the order of `report.tools`; other lanes belong to other tools. */
  readonly lanes: readonly number[];
}

/** Told while traces are read: bytes and calls so far. */
export type Watch = (bytes: number, calls: number) => void;

class Reader implements TraceVisitor {
  readonly collector = new Collector();
  readonly unreadableLines: Report['unreadable']['first'][number][] = [];
  unreadableCount = 0;
  private file = '';
  private bytes = 0;
  private calls = 0;

  constructor(private readonly watch: Watch) {}

  /** The bytes of the next trace, to be verified with this as visitor. */
  async *open(file: string): AsyncGenerator<Uint8Array, void, undefined> {
    this.file = file;
    this.collector.newTrace();
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  record(line: number, { payload }: ChainRecord): void {
    const entry = readTraceEntry(payload);
    if (typeof entry === 'string') {
      this.unreadable(line, entry);
      return;
    }
    this.collector.add(entry);
    if (entry.kind !== 'call') return;
    this.calls += 1;
    this.watch(this.bytes, this.calls);
  }

  unreadable(line: number, reason: string): void {
    this.unreadableCount += 1;
    if (this.unreadableLines.length >= MAX_NAMED) return;
    this.unreadableLines.push({ file: this.file, line, reason });
  }
}

/**
 * Reads traces once, from beginning to end, verifying each as it goes. A broken trace is read all the same, and so
 * are the others when a file cannot be read; `report.traces` tells of both.
 */
export async function readTraces(
  files: readonly string[],
  watch: Watch = () => {},
): Promise<TraceReading> {
  const reader = new Reader(watch);
  const traces: TraceState[] = [];
  for (const file of files) traces.push(await stateOf(file, reader));
  const { collector } = reader;
  const report: Report = {
    version: REPORT_VERSION,
    traces,
    ...collector.figures(),
    unreadable: { count: reader.unreadableCount, first: reader.unreadableLines },
  };
  return { report, timeline: collector.timeline, lanes: collector.laneNumbers() };
}

async function stateOf(file: string, reader: Reader): Promise<TraceState> {
  try {
    const { findings, ...state } = await verifyTrace(reader.open(file), reader);
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
