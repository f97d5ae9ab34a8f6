import type { Fingerprint } from './fingerprint.js';

/** The last answer to a call. */
export interface KnownAnswer {
  /** Of the hash of the answer. */
  readonly print: Fingerprint;
  /** How many identical calls in a row have brought it. */
  readonly times: number;
  /** When it came last, in monotonic milliseconds; of a tool that waits, when it was asked for. */
  readonly at: number;
  /** The place of the call that it came to last. */
  readonly place: number;
  /** It came again, and it says that something is still under way. */
  readonly unfinished: boolean;
}

/** So many are remembered at least, and fewer than twice as many. */
const GENERATION = 1_000;
/** Places of a generation, at first and when it is full. */
const LEAST_PLACES = 64;
const MOST_PLACES = 2_048;
/** Numbers of one place, in this order. */
const KEY_HIGH = 0;
const KEY_LOW = 1;
const HASH_HIGH = 2;
const HASH_LOW = 3;
const TIMES = 4;
const PLACE = 5;
const UNFINISHED = 6;
const WIDTH = 7;

/** Answers by their keys, in arrays of numbers with open addresses. */
class Generation {
  size = 0;
  private numbers = new Int32Array(WIDTH * LEAST_PLACES);
  private times = new Float64Array(LEAST_PLACES);

  get(key: Fingerprint): KnownAnswer | undefined {
    const { numbers } = this;
    const at = this.find(key);
    const from = WIDTH * at;
    if (this.isFree(from)) return undefined;
    return {
      print: { high: numbers[from + HASH_HIGH] ?? 0, low: numbers[from + HASH_LOW] ?? 0 },
      times: numbers[from + TIMES] ?? 0,
      at: this.times[at] ?? 0,
      place: numbers[from + PLACE] ?? 0,
      unfinished: numbers[from + UNFINISHED] === 1,
    };
  }

  set(key: Fingerprint, { print, times, at, place, unfinished }: KnownAnswer): void {
    if (2 * this.size >= this.times.length && this.times.length < MOST_PLACES) this.grow();
    const { numbers } = this;
    const found = this.find(key);
    const from = WIDTH * found;
    if (this.isFree(from)) this.size += 1;
    numbers[from + KEY_HIGH] = key.high;
    numbers[from + KEY_LOW] = key.low;
    numbers[from + HASH_HIGH] = print.high;
    numbers[from + HASH_LOW] = print.low;
    numbers[from + TIMES] = times;
    numbers[from + PLACE] = place;
    numbers[from + UNFINISHED] = unfinished ? 1 : 0;
    this.times[found] = at;
  }

  clear(): void {
    this.size = 0;
    this.numbers.fill(0);
  }

  /** Every answer has come at least once. */
  private isFree(from: number): boolean {
    return this.numbers[from + TIMES] === 0;
  }

  /** Where the answer to this key stands, or would stand. */
  private find({ high, low }: Fingerprint): number {
    const { numbers } = this;
    const last = this.times.length - 1;
    for (let at = low & last; ; at = (at + 1) & last) {
      const from = WIDTH * at;
      if (this.isFree(from)) return at;
      if (numbers[from + KEY_HIGH] === high && numbers[from + KEY_LOW] === low) return at;
    }
  }

  private grow(): void {
    const { numbers, times } = this;
    this.numbers = new Int32Array(2 * numbers.length);
    this.times = new Float64Array(2 * times.length);
    for (let at = 0; at < times.length; at += 1) {
      const from = WIDTH * at;
      if (numbers[from + TIMES] === 0) continue;
      const to = this.find({
        high: numbers[from + KEY_HIGH] ?? 0,
        low: numbers[from + KEY_LOW] ?? 0,
      });
      this.numbers.set(numbers.subarray(from, from + WIDTH), WIDTH * to);
      this.times[to] = times[at] ?? 0;
    }
  }
}

/**
 * The last answers to identical calls, by their keys, which covers the tool as well. When the younger generation is full,
 * it becomes the older one, and what was not answered again since the last time is forgotten with that: nothing needs
 * to be found and deleted for each call. No object is kept of any of them: thousands that live for a thousand calls
 * are what a collector is slowest with.
 */
export class KnownAnswers {
  private younger = new Generation();
  private older = new Generation();

  get(key: Fingerprint): KnownAnswer | undefined {
    return this.younger.get(key) ?? this.older.get(key);
  }

  set(key: Fingerprint, answer: KnownAnswer): void {
    this.younger.set(key, answer);
    if (this.younger.size < GENERATION) return;
    const { older } = this;
    older.clear();
    this.older = this.younger;
    this.younger = older;
  }

  clear(): void {
    this.younger.clear();
    this.older.clear();
  }
}
