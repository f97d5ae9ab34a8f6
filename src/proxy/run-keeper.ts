import type { Engine } from '../guard/engine.js';
import type { Run } from '../guard/run.js';

/** The run of one client: opens with its first call, ends with the client or after `run_idle` without a call. */
export class RunKeeper {
  private run: Run | undefined;
  private lastActive = 0;

  constructor(
    private readonly engine: Engine,
    private readonly now: () => number,
    private readonly runIdle: () => number,
    private readonly onEnd: (run: Run) => void,
  ) {}

  /** The run that a call arriving now belongs to. */
  current(): Run {
    const now = this.now();
    const { run } = this;
    if (run !== undefined && run.inFlight === 0 && now - this.lastActive >= this.runIdle()) {
      this.end();
    }
    this.lastActive = now;
    this.run ??= this.engine.openRun();
    return this.run;
  }

  /** The run that is open, or was when the last call came; undefined before the first. */
  get open(): Run | undefined {
    return this.run;
  }

  /** A call ended: silence is counted from here. */
  touch(): void {
    this.lastActive = this.now();
  }

  end(): void {
    const { run } = this;
    if (run === undefined) return;
    this.run = undefined;
    this.engine.endRun(run);
    this.onEnd(run);
  }
}
