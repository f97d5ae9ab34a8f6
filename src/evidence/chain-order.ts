import type { Segment } from './chain-segments.js';
import { type ChainHead, EMPTY_CHAIN, GENESIS } from './hash-chain.js';

/** The segments of a file in the order of their chain, and those that have no place in it. */
export interface ChainOrder {
  /** What the first segment should continue. */
  readonly start: ChainHead;
  readonly chain: readonly Segment[];
  readonly strays: readonly Segment[];
}

function lengthOf(segment: Segment): number {
  return segment.last.sequence - segment.firstSequence + 1;
}

/** Follows the links from the start; where one is missing, goes on with the next segment further down the file. */
export function orderSegments(segments: readonly Segment[], mayStartAtZero: boolean): ChainOrder {
  const fromZero = segments.some((s) => s.firstSequence === 0 && s.prevHash === GENESIS);
  const start = mayStartAtZero && fromZero ? { sequence: -1, hash: GENESIS } : EMPTY_CHAIN;
  const strays = new Set(segments);
  const chain: Segment[] = [];
  let at = start;
  let line = 0;
  for (;;) {
    const next = linked(strays, at) ?? furtherDown(strays, at, line);
    if (next === undefined) return { start, chain, strays: [...strays] };
    strays.delete(next);
    chain.push(next);
    at = next.last;
    line = next.lastLine;
  }
}

/** Of several that claim the same place, the longest is the chain and the others were put in. */
function linked(segments: Iterable<Segment>, at: ChainHead): Segment | undefined {
  let best: Segment | undefined;
  for (const segment of segments) {
    if (segment.prevHash !== at.hash || segment.firstSequence !== at.sequence + 1) continue;
    if (best === undefined || lengthOf(segment) > lengthOf(best)) best = segment;
  }
  return best;
}

function furtherDown(
  segments: Iterable<Segment>,
  at: ChainHead,
  line: number,
): Segment | undefined {
  let best: Segment | undefined;
  for (const segment of segments) {
    if (segment.firstLine <= line || segment.firstSequence <= at.sequence) continue;
    if (best === undefined || segment.firstSequence < best.firstSequence) best = segment;
  }
  return best;
}

/**
 * The segments of the chain that stand in the wrong place of the file: those outside the heaviest
 * rising subsequence, so that one moved record is named and not all the others.
 */
export function misplaced(chain: readonly Segment[]): readonly Segment[] {
  const best: { readonly weight: number; readonly path: ReadonlySet<Segment> }[] = [];
  let heaviest: ReadonlySet<Segment> = new Set();
  let record = 0;
  chain.forEach((segment, index) => {
    let weight = 0;
    let path: ReadonlySet<Segment> = new Set();
    for (let earlier = 0; earlier < index; earlier += 1) {
      const other = best[earlier];
      if (other === undefined || other.weight <= weight) continue;
      if ((chain[earlier]?.firstLine ?? 0) >= segment.firstLine) continue;
      ({ weight, path } = other);
    }
    const own = { weight: weight + lengthOf(segment), path: new Set([...path, segment]) };
    best.push(own);
    if (own.weight > record) {
      record = own.weight;
      heaviest = own.path;
    }
  });
  return chain.filter((segment) => !heaviest.has(segment));
}
