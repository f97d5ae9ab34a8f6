import { misplaced, orderSegments } from './chain-order.js';
import type { BadLine, ChainSegments, Segment } from './chain-segments.js';
import type { Finding } from './finding.js';
import type { ChainHead } from './hash-chain.js';

export interface ChainFacts {
  /** Chains by others may count from 0. */
  readonly mayStartAtZero: boolean;
  /** Hash of the last `session.end` if nothing intact follows it. */
  readonly endHash: string | undefined;
}

function records(from: number, to: number): string {
  return from === to ? `record ${from}` : `records ${from} to ${to}`;
}

/** What is wrong between `before` (undefined at the head of the file) and the segment that follows it in the chain. */
function gapFindings(
  start: ChainHead,
  before: Segment | undefined,
  segment: Segment,
  bad: readonly BadLine[],
): Finding[] {
  const at = before?.last ?? start;
  const line = segment.firstLine;
  const absent = segment.firstSequence - at.sequence - 1;
  if (absent === 0 && segment.prevHash === at.hash) {
    return bad.map((b) => ({ line: b.line, problem: 'inserted', detail: b.reason }));
  }
  const findings: Finding[] = bad.map((b) => ({
    line: b.line,
    problem: 'altered',
    detail: b.reason,
  }));
  const missing = absent - bad.length;
  const range = records(at.sequence + 1, segment.firstSequence - 1);
  if (missing > 0 && bad.length > 0) {
    findings.push({ line, problem: 'missing', detail: `${missing} of ${range} before this line` });
  } else if (missing > 0) {
    const problem = before === undefined ? 'head cut' : 'missing';
    findings.push({ line, problem, detail: `${range} before this line` });
  } else if (absent === 0 && bad.length === 0) {
    findings.push(
      before === undefined
        ? { line, problem: 'head cut', detail: 'its prevHash is not that of a first record' }
        : {
            line,
            problem: 'altered',
            detail: `it continues another record than the one in line ${before.lastLine}: that one was replaced and hashed anew`,
          },
    );
  }
  return findings;
}

/** Everything wrong with the chain of a trace, by line. Empty for an intact one. */
export function chainFindings(read: ChainSegments, facts: ChainFacts): Finding[] {
  const { start, chain, strays } = orderSegments(read.segments, facts.mayStartAtZero);
  const findings: Finding[] = [...read.duplicates];
  const unexplained = new Set(read.badLines);
  chain.forEach((segment, index) => {
    const before = chain[index - 1];
    const from = before?.lastLine ?? 0;
    const between = [...unexplained].filter((b) => from < b.line && b.line < segment.firstLine);
    for (const b of between) unexplained.delete(b);
    findings.push(...gapFindings(start, before, segment, between));
  });
  const tail = chain.at(-1);
  for (const { line, reason } of unexplained) {
    const afterEnd = tail !== undefined && line > tail.lastLine && tail.last.hash === facts.endHash;
    findings.push({ line, problem: afterEnd ? 'after the end' : 'altered', detail: reason });
  }
  for (const segment of misplaced(chain)) {
    const detail = `${records(segment.firstSequence, segment.last.sequence)} at the wrong place`;
    findings.push({ line: segment.firstLine, problem: 'out of order', detail });
  }
  for (const segment of strays) {
    const detail = `${records(segment.firstSequence, segment.last.sequence)} without a place in the chain`;
    findings.push({ line: segment.firstLine, problem: 'inserted', detail });
  }
  findings.sort((a, b) => a.line - b.line);
  if (read.givenUpAt !== undefined) {
    const detail = 'too many breaks, the rest was not looked at';
    findings.push({ line: read.givenUpAt, problem: 'altered', detail });
  }
  return findings;
}
