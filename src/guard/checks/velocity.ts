import { formatUsd } from '../../config/money.js';
import type { Micros } from '../../config/settings.js';
import type { Check, RunContext } from '../check.js';
import { costOf } from './budget.js';

/** Weight of the newest cost in the moving average (exponentially weighted, EWMA). */
const ALPHA = 0.3;
const MIN_SAMPLES = 5;
/** A spike is this many times the run's own average … */
const SPIKE_FACTOR = 5;
/** … and at least this much above it: 101 after a row of 100 is no spike, nor is a cent after a row of tenths. */
const SPIKE_FLOOR: Micros = 100_000;
const SLOTS = 60;

/** Money over the last window, kept in slots, so that its memory does not depend on the number of calls. */
class Flow {
  private readonly slots = new Float64Array(SLOTS);
  private slot = 0;
  private sum: Micros = 0;

  /** Moves to `now` and returns what was spent in the window before it. */
  total(now: number, window: number): Micros {
    const slot = Math.floor((now / window) * SLOTS);
    const steps = Math.min(SLOTS, slot - this.slot);
    for (let step = 1; step <= steps; step += 1) {
      const index = (this.slot + step) % SLOTS;
      this.sum -= this.slots[index] ?? 0;
      this.slots[index] = 0;
    }
    if (steps > 0) this.slot = slot;
    return this.sum;
  }

  add(now: number, window: number, cost: Micros): void {
    this.total(now, window);
    const index = this.slot % SLOTS;
    this.slots[index] = (this.slots[index] ?? 0) + cost;
    this.sum += cost;
  }
}

/**
 * Warns when money flows faster than `cost_velocity_threshold`, or when a call costs far more than the run's own
 * average. The average is compared with before it takes the new cost in, so that a spike cannot hide itself.
 */
export function velocity(run: RunContext): Check {
  const flow = new Flow();
  let average = 0;
  let samples = 0;
  /** When the pace was last warned of: once in a window is enough. */
  let warnedAt = Number.NEGATIVE_INFINITY;
  return {
    judge({ at, tool, settings }) {
      const estimate = settings.estimatedCost;
      const { costVelocityThreshold: perMinute, costVelocityWindow: window } = run.settings().loop;
      if (estimate === 0 || perMinute === 0) return;
      const allowed = (perMinute * window) / 60_000;
      const total = flow.total(at, window) + estimate;
      if (total > allowed && at - warnedAt >= window) {
        return {
          check: 'velocity',
          kind: 'warning',
          reason: `With this call of "${tool}", ${formatUsd(total)} are spent within ${window / 1_000} s; cost_velocity_threshold is ${formatUsd(perMinute)} a minute.`,
          advice: 'Slow down, or ask the user whether this pace is meant.',
          details: {
            spentUsd: total / 1e6,
            windowMs: window,
            thresholdUsdPerMinute: perMinute / 1e6,
          },
        };
      }
      if (samples < MIN_SAMPLES || estimate < SPIKE_FACTOR * average) return;
      if (estimate - average < SPIKE_FLOOR) return;
      return {
        check: 'velocity',
        kind: 'warning',
        reason: `A call of "${tool}" costs ${formatUsd(estimate)}, while the calls of this run cost ${formatUsd(Math.round(average))} on average.`,
        advice: 'Make sure that this expensive call is meant.',
        details: { estimatedUsd: estimate / 1e6, averageUsd: average / 1e6 },
      };
    },
    told({ at }) {
      warnedAt = at;
    },
    settled(call, outcome) {
      const cost = costOf(call, outcome, run.settings().chargeFailed);
      if (cost === 0) return;
      flow.add(run.now(), run.settings().loop.costVelocityWindow, cost);
      average = samples === 0 ? cost : ALPHA * cost + (1 - ALPHA) * average;
      samples += 1;
    },
    metered({ cost }) {
      // The average is one of calls, and stays so.
      if (cost > 0) flow.add(run.now(), run.settings().loop.costVelocityWindow, cost);
    },
  };
}
