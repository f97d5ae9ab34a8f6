/** Monotonic milliseconds. `performance` would have Node load eight modules, and take 0.3 MB for them. */
function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * A clock that stands still while a turn is under way: what is decided together is decided at one time, and the system
 * is asked for it once. In monotonic milliseconds.
 */
export class TurnClock {
  private held: number | undefined;

  readonly now = (): number => this.held ?? monotonic();

  /** Does the work of one turn. */
  during(work: () => void): void {
    if (this.held !== undefined) {
      work();
      return;
    }
    this.held = monotonic();
    try {
      work();
    } finally {
      this.held = undefined;
    }
  }
}
