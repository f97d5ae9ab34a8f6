import { type Bucket, coarser, type Timeline } from '../timeline.js';

/** Columns across the page; each is a stretch of time. */
const MAX_COLUMNS = 240;
/** A short trace does not fill the page with bars as wide as a hand. */
const MIN_COLUMNS = 80;
/** A pause longer than this is cut out, so that sessions of many days still show what happened in them. */
const IDLE_MS = 5 * 60_000;
/** Columns that a cut pause takes; with many of them, fewer. */
const PAUSE_COLUMNS = 6;
const MANY_PAUSES = 12;
const SHORT_PAUSE_COLUMNS = 2;

/** One column that holds something. */
export interface Column {
  readonly x: number;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly bucket: Bucket;
}

/** A pause that was cut out. */
export interface Pause {
  readonly x: number;
  readonly columns: number;
  readonly milliseconds: number;
}

export interface TimeAxis {
  /** In the order of time. */
  readonly columns: readonly Column[];
  readonly pauses: readonly Pause[];
  /** Columns from the left edge to the right one. */
  readonly length: number;
  /** Milliseconds of one column. */
  readonly width: number;
}

function layOut(
  buckets: ReadonlyMap<number, Bucket>,
  width: number,
  pauseColumns: number,
): TimeAxis {
  const columns: Column[] = [];
  const pauses: Pause[] = [];
  let x = 0;
  let before: number | undefined;
  for (const [index, bucket] of [...buckets].sort(([a], [b]) => a - b)) {
    const empty = before === undefined ? 0 : index - before - 1;
    if (empty > pauseColumns && empty * width > IDLE_MS) {
      pauses.push({ x, columns: pauseColumns, milliseconds: empty * width });
      x += pauseColumns;
    } else {
      x += empty;
    }
    columns.push({ x, from: index * width, bucket });
    x += 1;
    before = index;
  }
  return { columns, pauses, length: x, width };
}

function moved(axis: TimeAxis): TimeAxis {
  const length = Math.max(axis.length, MIN_COLUMNS);
  const by = (length - axis.length) / 2;
  return {
    ...axis,
    length,
    columns: axis.columns.map((column) => ({ ...column, x: column.x + by })),
    pauses: axis.pauses.map((pause) => ({ ...pause, x: pause.x + by })),
  };
}

/** Lays the timeline out from left to right, as fine as the page can show. */
export function timeAxis(timeline: Timeline): TimeAxis {
  let { buckets, width } = timeline;
  for (;;) {
    let axis = layOut(buckets, width, PAUSE_COLUMNS);
    if (axis.pauses.length > MANY_PAUSES) axis = layOut(buckets, width, SHORT_PAUSE_COLUMNS);
    if (axis.length <= MAX_COLUMNS) return moved(axis);
    buckets = coarser(buckets);
    width *= 2;
  }
}

/** The column nearest to a time; undefined on an empty axis. */
export function columnAt(axis: TimeAxis, time: number): Column | undefined {
  let best: Column | undefined;
  for (const column of axis.columns) {
    const distance = Math.abs(column.from + axis.width / 2 - time);
    if (best === undefined || distance < Math.abs(best.from + axis.width / 2 - time)) best = column;
  }
  return best;
}

/** The time at a place of the axis, its left edge being 0; inside a pause, the time before it. */
export function timeAt(axis: TimeAxis, x: number): number {
  let before = axis.columns[0];
  for (const column of axis.columns) if (column.x <= x) before = column;
  if (before === undefined) return 0;
  const { x: at, from } = before;
  const pause = axis.pauses.find((cut) => cut.x > at && cut.x <= x);
  return from + ((pause?.x ?? x) - at) * axis.width;
}
