import type { Check, RunContext } from '../check.js';
import type { Verdict } from '../decision.js';
import { PerTool } from '../per-tool.js';

const WINDOW_MS = 60_000;

/** The admissions of the last minute, oldest first: when, and how many at that time, for what comes together has one. */
class SlidingWindow {
  private times: number[] = [];
  private counts: number[] = [];
  private first = 0;
  private total = 0;

  /** Milliseconds until one more call fits under `limit`; 0 when it fits now. */
  wait(now: number, limit: number): number {
    this.forget(now);
    let left = this.total;
    let leaving = now;
    for (let index = this.first; left >= limit && index < this.times.length; index += 1) {
      left -= this.counts[index] ?? 0;
      leaving = this.times[index] ?? now;
    }
    return this.total < limit ? 0 : Math.max(1, leaving + WINDOW_MS - now);
  }

  add(now: number): void {
    // Here too: in shadow mode calls are let through that nobody asked about.
    this.forget(now);
    const last = this.times.length - 1;
    if (last >= this.first && this.times[last] === now) {
      this.counts[last] = (this.counts[last] ?? 0) + 1;
    } else {
      this.times.push(now);
      this.counts.push(1);
    }
    this.total += 1;
  }

  private forget(now: number): void {
    while (this.first < this.times.length && (this.times[this.first] ?? now) <= now - WINDOW_MS) {
      this.total -= this.counts[this.first] ?? 0;
      this.first += 1;
    }
    if (this.first > 1_000 && this.first * 2 > this.times.length) {
      this.times = this.times.slice(this.first);
      this.counts = this.counts.slice(this.first);
      this.first = 0;
    }
  }
}

function verdict(what: string, limit: number, wait: number): Verdict {
  const seconds = Math.ceil(wait / 1_000);
  return {
    check: 'rate',
    kind: 'stop',
    reason: `${what} allows ${limit} calls in any 60 seconds, and they are used up.`,
    advice: `The next call is possible in ${seconds} s. Wait, or go on with something else.`,
    details: { limit, retryAfterMs: Math.ceil(wait) },
  };
}

/** Stops a call when `max_calls_per_minute`, of the tool or of all tools together, is reached. */
export function rate(run: RunContext): Check {
  const all = new SlidingWindow();
  const perTool = new PerTool(() => new SlidingWindow());
  return {
    judge({ tool, settings, at }) {
      const toolLimit = settings.maxCallsPerMinute;
      const toolWait = toolLimit === 0 ? 0 : perTool.of(tool).wait(at, toolLimit);
      const runLimit = run.settings().maxCallsPerMinute;
      const runWait = runLimit === 0 ? 0 : all.wait(at, runLimit);
      if (toolWait > 0 && toolWait >= runWait) {
        return verdict(`max_calls_per_minute of tool "${tool}"`, toolLimit, toolWait);
      }
      if (runWait > 0) return verdict('max_calls_per_minute', runLimit, runWait);
      return;
    },
    admitted({ tool, settings, at }) {
      if (run.settings().maxCallsPerMinute > 0) all.add(at);
      if (settings.maxCallsPerMinute > 0) perTool.of(tool).add(at);
    },
  };
}
