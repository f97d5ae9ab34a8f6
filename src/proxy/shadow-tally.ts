import { printable } from '../config/printable.js';

/** Checks told apart; there are far fewer, but a trace may come from anybody. */
const MAX_CHECKS = 100;
const MAX_REASON = 200;

/** A call that would have been stopped. */
export interface WouldStop {
  readonly check: string;
  readonly tool: string;
  readonly reason: string;
}

/** Counts what shadow mode let through, for the one line at the end of a run. Memory is bounded. */
export class ShadowTally {
  private calls = 0;
  private stops = 0;
  private readonly checks = new Map<string, number>();
  private first: WouldStop | undefined;

  /** A forwarded call, with what would have stopped it. */
  add(stop?: WouldStop): void {
    this.calls += 1;
    if (stop === undefined) return;
    this.stops += 1;
    this.first ??= stop;
    if (this.checks.has(stop.check) || this.checks.size < MAX_CHECKS) {
      this.checks.set(stop.check, (this.checks.get(stop.check) ?? 0) + 1);
    }
  }

  /**
   * "Shadow mode would have stopped 3 of 40 calls: repeat 2, budget 1; first: …", one line without line end.
   * Undefined when there was no call.
   */
  text(): string | undefined {
    if (this.calls === 0) return undefined;
    const of = `${this.calls} call${this.calls === 1 ? '' : 's'}`;
    if (this.first === undefined) return `Shadow mode would have stopped none of ${of}.`;
    const checks = [...this.checks]
      .sort(([, a], [, b]) => b - a)
      .map(([check, count]) => `${printable(check)} ${count}`);
    const { tool, reason } = this.first;
    const why = printable(reason).slice(0, MAX_REASON);
    return `Shadow mode would have stopped ${this.stops} of ${of}: ${checks.join(', ')}; first: ${printable(tool)}: ${why}`;
  }
}
