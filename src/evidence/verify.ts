import { createReadStream } from 'node:fs';
import { chainFindings } from './chain-findings.js';
import { ChainSegments } from './chain-segments.js';
import type { Finding } from './finding.js';
import { type ChainRecord, GENESIS } from './hash-chain.js';
import { SessionCheck } from './session-check.js';
import { splitLines } from './split-lines.js';
import { MAX_LINE_BYTES, readTraceLine } from './trace-line.js';

export interface TraceReport {
  /**
   * closed: intact, ends with `session.end`; open: intact, still being written or left by a kill;
   * cut: intact but for the last line, which has no line end; broken: anything else.
   */
  readonly verdict: 'closed' | 'open' | 'cut' | 'broken';
  /** Intact records. */
  readonly records: number;
  readonly sessions: number;
  /** Sessions that another one followed although they had no `session.end`. */
  readonly unended: number;
  /** Records that the writer says it could not write. */
  readonly lost: number;
  /** Hash of the last intact record. */
  readonly head: string;
  /** What is wrong, by line. */
  readonly findings: readonly Finding[];
}

/** Told of every line while a trace is verified, in the order of the file. */
export interface TraceVisitor {
  /** A record whose own hash is right; whether its chain is, shows only at the end. */
  record(line: number, record: ChainRecord): void;
  unreadable(line: number, reason: string): void;
}

/**
 * Verifies a trace, given as a path or as its bytes, reading one line at a time.
 * Sessions that declare `fuze-trace/1` must be spelled exactly as fuze spells them, so that any changed byte shows;
 * other chains are judged by their hashes. A tail cut off at a line end looks like a trace still open: that is why
 * `session.end` exists. Rejects with what the file system says when the file cannot be read.
 */
export async function verifyTrace(
  source: string | AsyncIterable<Uint8Array>,
  visitor?: TraceVisitor,
): Promise<TraceReport> {
  const bytes: AsyncIterable<Uint8Array> =
    typeof source === 'string' ? createReadStream(source, { highWaterMark: 1 << 20 }) : source;
  const chain = new ChainSegments();
  const sessions = new SessionCheck();
  const cut: Finding[] = [];
  let number = 0;
  let records = 0;
  let head = GENESIS;
  for await (const line of splitLines(bytes, MAX_LINE_BYTES)) {
    number += 1;
    if (!line.ended) {
      const detail = 'the last line has no line end, its writer was interrupted or its end is gone';
      cut.push({ line: number, problem: 'cut', detail });
      visitor?.unreadable(number, detail);
      continue;
    }
    const reading = line.tooLong
      ? { ok: false as const, reason: `longer than ${MAX_LINE_BYTES} bytes` }
      : readTraceLine(line.bytes, sessions.exact);
    if (!reading.ok) {
      chain.bad(number, reading.reason);
      visitor?.unreadable(number, reading.reason);
      continue;
    }
    records += 1;
    head = reading.record.hash;
    chain.record(number, reading.record);
    sessions.record(number, reading.record);
    visitor?.record(number, reading.record);
  }
  const { unended, lost, endHash } = sessions;
  const broken = chainFindings(chain, { mayStartAtZero: !sessions.everExact, endHash });
  // Where the chain is broken, miscounts are its consequences and would only drown the cause.
  if (broken.length === 0) broken.push(...sessions.findings);
  if (number === 0) broken.push({ line: 1, problem: 'empty', detail: 'the file has no records' });
  const open = endHash === undefined ? 'open' : 'closed';
  const intact = cut.length > 0 ? 'cut' : open;
  return {
    verdict: broken.length > 0 ? 'broken' : intact,
    records,
    sessions: sessions.sessions,
    unended,
    lost,
    head,
    findings: [...broken, ...cut],
  };
}
