/** Two durations of one bucket differ by at most this factor. */
const RATIO = 1.02;
const PER_BUCKET = Math.log(RATIO);

/** Percentiles in milliseconds. */
export interface DurationFigures {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Durations in buckets that grow by 2 %, so that memory is bounded by their range and not by their number
 * (the idea of DDSketch, Masson et al. 2019). A percentile is the mean of its bucket: exact where the bucket
 * holds one value, else within 2 %.
 */
export class Durations {
  private readonly buckets = new Map<number, { count: number; sum: number }>();
  private count = 0;
  private max = 0;

  add(milliseconds: number): void {
    const index =
      milliseconds > 0 ? Math.floor(Math.log(milliseconds) / PER_BUCKET) : Number.NEGATIVE_INFINITY;
    const bucket = this.buckets.get(index);
    if (bucket === undefined) this.buckets.set(index, { count: 1, sum: milliseconds });
    else {
      bucket.count += 1;
      bucket.sum += milliseconds;
    }
    this.count += 1;
    this.max = Math.max(this.max, milliseconds);
  }

  /** Undefined without a duration. */
  figures(): DurationFigures | undefined {
    if (this.count === 0) return undefined;
    const sorted = [...this.buckets].sort(([a], [b]) => a - b).map(([, bucket]) => bucket);
    const percentile = (share: number): number => {
      let rank = Math.ceil(share * this.count);
      for (const { count, sum } of sorted) {
        rank -= count;
        if (rank <= 0) return Math.round((sum / count) * 1_000) / 1_000;
      }
      return this.max;
    };
    return { p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), max: this.max };
  }
}
