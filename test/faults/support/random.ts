import { setTimeout as sleep } from 'node:timers/promises';

/** Chance that can be had again from its seed (mulberry32, by T. Ettinger). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not including, 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** True in `share` of all cases. */
  chance(share: number): boolean {
    return this.fraction() < share;
  }

  pick<T>(first: T, ...others: readonly T[]): T {
    return [first, ...others][this.between(0, others.length)] ?? first;
  }

  /** Lets a moment pass: none at all, some turns of the event loop, or up to `most` milliseconds. */
  async moment(most = 20): Promise<void> {
    if (this.chance(0.3)) return;
    if (this.chance(0.5)) {
      for (let turn = this.between(1, 50); turn > 0; turn -= 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      return;
    }
    await sleep(this.fraction() * most);
  }
}
