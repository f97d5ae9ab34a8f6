/**
 * A clock that stands still while a turn is under way: what is decided together is decided at one time, and the system
 * is asked for it once. In monotonic milliseconds.
 */
export class TurnClock {
  private held: number | undefined;

  readonly now = (): number => this.held ?? performance.now();

  /** Does the work of one turn. */
  during(work: () => void): void {
    if (this.held !== undefined) {
      work();
      return;
    }
    this.held = performance.now();
    try {
      work();
    } finally {
      this.held = undefined;
    }
  }
}
