import { formatUsd, microsToUsd } from '../../config/money.js';
import type { GuardSettings, Micros } from '../../config/settings.js';
import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import type { JudgedCall } from '../tool-call.js';
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
  private window = 0;

  /** Moves to `now` and returns what was spent in the window before it. */
  total(now: number, window: number): Micros {
    const slot = Math.floor((now / window) * SLOTS);
    // Slots of another length cannot be compared: a changed window begins anew.
    const steps = window === this.window ? Math.min(SLOTS, slot - this.slot) : SLOTS;
    for (let step = 1; step <= steps; step += 1) {
      const index = (((this.slot + step) % SLOTS) + SLOTS) % SLOTS;
      this.sum -= this.slots[index] ?? 0;
      this.slots[index] = 0;
    }
    if (steps > 0) this.slot = slot;
    this.window = window;
    return this.sum;
  }

  add(now: number, window: number, cost: Micros): void {
    this.total(now, window);
    const index = ((this.slot % SLOTS) + SLOTS) % SLOTS;
    this.slots[index] = (this.slots[index] ?? 0) + cost;
    this.sum += cost;
  }
}

/** A call that cost far more than the calls before it. */
interface Spike {
  readonly tool: string;
  readonly cost: Micros;
  readonly average: Micros;
}

/** The run's own average, exponentially weighted, and what stands out of it. */
class AverageCost {
  private average = 0;
  private samples = 0;

  /** Compared before the cost is taken in, so that a spike cannot hide itself. */
  spike(tool: string, cost: Micros): Spike | undefined {
    const { average } = this;
    if (this.samples < MIN_SAMPLES || cost < SPIKE_FACTOR * average) return undefined;
    return cost - average < SPIKE_FLOOR ? undefined : { tool, cost, average };
  }

  add(cost: Micros): void {
    this.average = this.samples === 0 ? cost : ALPHA * cost + (1 - ALPHA) * this.average;
    this.samples += 1;
  }
}

function tooFast(call: JudgedCall, total: Micros, { loop }: GuardSettings): Verdict {
  const { costVelocityThreshold: perMinute, costVelocityWindow: window } = loop;
  return {
    check: 'velocity',
    kind: 'warning',
    reason: `With this call of "${call.tool}", ${formatUsd(total)} are spent within ${window / 1_000} s; cost_velocity_threshold is ${formatUsd(perMinute)} a minute.`,
    advice: 'Slow down, or ask the user whether this pace is meant.',
    details: {
      spentUsd: microsToUsd(total),
      windowMs: window,
      thresholdUsdPerMinute: microsToUsd(perMinute),
    },
  };
}

function tooDear({ tool, cost, average }: Spike, verb: 'cost' | 'costs'): Verdict {
  const rounded = Math.round(average);
  return {
    check: 'velocity',
    kind: 'warning',
    reason: `A call of "${tool}" ${verb} ${formatUsd(cost)}, while the calls of this run cost ${formatUsd(rounded)} on average.`,
    advice: 'Make sure that calls as expensive as this one are meant.',
    details: { costUsd: microsToUsd(cost), averageUsd: microsToUsd(rounded) },
  };
}

/**
 * Warns when money flows faster than `cost_velocity_threshold`, or when a call costs far more than the run's own
 * average: by its estimate before it runs, by its actual cost at the call after it.
 */
export function velocity(run: RunContext): Check {
  const flow = new Flow();
  const usual = new AverageCost();
  /** When the pace was last warned of: once in a window is enough. */
  let paceWarnedAt = Number.NEGATIVE_INFINITY;
  /** A spike that showed only when the bill came, and of which nobody has been warned yet. */
  let past: Spike | undefined;
  return {
    judge(call) {
      const settings = run.settings();
      const { costVelocityThreshold: perMinute, costVelocityWindow: window } = settings.loop;
      if (perMinute === 0) return;
      const estimate = call.settings.estimatedCost;
      const total = flow.total(call.at, window) + estimate;
      if (total === 0) return;
      const expected = usual.spike(call.tool, estimate);
      if (expected !== undefined) return tooDear(expected, 'costs');
      if (past !== undefined) return tooDear(past, 'cost');
      if (call.at - paceWarnedAt < window || total <= (perMinute * window) / 60_000) return;
      return tooFast(call, total, settings);
    },
    told(call) {
      if (usual.spike(call.tool, call.settings.estimatedCost) !== undefined) return;
      if (past === undefined) paceWarnedAt = call.at;
      past = undefined;
    },
    settled(call, outcome) {
      const settings = run.settings();
      const cost = costOf(call, outcome, settings.chargeFailed);
      if (cost === 0) return;
      flow.add(run.now(), settings.loop.costVelocityWindow, cost);
      // Of what its estimate foretold, somebody was warned when it was made.
      if (usual.spike(call.tool, call.settings.estimatedCost) === undefined) {
        past = usual.spike(call.tool, cost) ?? past;
      }
      usual.add(cost);
    },
    metered({ cost }) {
      // The average is one of calls, and stays so.
      if (cost > 0) flow.add(run.now(), run.settings().loop.costVelocityWindow, cost);
    },
  };
}
