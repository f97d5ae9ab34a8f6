import type { Micros } from '../config/settings.js';
import type { CallEntry } from './trace-entry.js';

/** Stretches of time that are held at most; more activity makes each of them longer. */
const MAX_BUCKETS = 1_024;

/** What a lane shows of a call. */
export type Mark = 'ran' | 'failed' | 'refused' | 'replayed' | 'wouldStop';
export const MARKS: readonly Mark[] = ['ran', 'failed', 'refused', 'replayed', 'wouldStop'];

/** Calls of one lane within one stretch of time. */
export type Cell = Record<Mark, number>;

/** What happened within one stretch of time. */
export interface Bucket {
  /** By number of the lane. */
  readonly cells: Map<number, Cell>;
  spent: Micros;
  trips: number;
}

function marksOf({ fate, shadow }: CallEntry): readonly Mark[] {
  switch (fate) {
    case 'succeeded':
      return shadow ? ['ran', 'wouldStop'] : ['ran'];
    case 'failed':
    case 'timedOut':
    case 'interrupted':
      return shadow ? ['failed', 'wouldStop'] : ['failed'];
    case 'refused':
    case 'replayed':
      return [fate];
    case 'withdrawn':
      return [];
  }
}

function emptyCell(): Cell {
  return { ran: 0, failed: 0, refused: 0, replayed: 0, wouldStop: 0 };
}

function emptyBucket(): Bucket {
  return { cells: new Map(), spent: 0, trips: 0 };
}

/** Adds what `from` holds to `to`. */
export function mergeBucket(to: Bucket, from: Bucket): void {
  to.spent += from.spent;
  to.trips += from.trips;
  for (const [lane, cell] of from.cells) {
    const into = to.cells.get(lane) ?? emptyCell();
    for (const mark of MARKS) into[mark] += cell[mark];
    to.cells.set(lane, into);
  }
}

/** The buckets in stretches of twice the length. */
export function coarser(buckets: ReadonlyMap<number, Bucket>): Map<number, Bucket> {
  const merged = new Map<number, Bucket>();
  for (const [index, bucket] of buckets) {
    const into = merged.get(Math.floor(index / 2)) ?? emptyBucket();
    mergeBucket(into, bucket);
    merged.set(Math.floor(index / 2), into);
  }
  return merged;
}

/**
 * Calls over time in bounded memory: only stretches in which something happened are held, so that a trace of many
 * short sessions keeps its resolution, and when they become too many their length doubles.
 */
export class Timeline {
  /** Length of a bucket in milliseconds. */
  width = 1;
  /** By number: bucket n begins at n times the width, in milliseconds since the epoch. */
  buckets = new Map<number, Bucket>();

  call(call: CallEntry, lane: number): void {
    const bucket = this.at(call.at);
    bucket.spent += call.cost;
    const cell = bucket.cells.get(lane) ?? emptyCell();
    for (const mark of marksOf(call)) cell[mark] += 1;
    bucket.cells.set(lane, cell);
  }

  trip(at: number): void {
    this.at(at).trips += 1;
  }

  private at(time: number): Bucket {
    for (;;) {
      const index = Math.floor(time / this.width);
      const bucket = this.buckets.get(index) ?? emptyBucket();
      this.buckets.set(index, bucket);
      if (this.buckets.size <= MAX_BUCKETS) return bucket;
      this.buckets = coarser(this.buckets);
      this.width *= 2;
    }
  }
}
