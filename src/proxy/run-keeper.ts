import type { Engine } from '../guard/engine.js';
import type { Run } from '../guard/run.js';

/** Open runs that are held at most: above, the one that was silent for longest ends. */
const MAX_RUNS = 10_000;

interface KeptRun {
  readonly run: Run;
  /** Monotonic milliseconds of its last sign of life. */
  lastActive: number;
  /** Its client has left: it ends with its last call. */
  left: boolean;
}

/**
 * The open runs by their keys (see `runKey`). A run opens with its first call, and ends with its client or after
 * `run_idle` without a call.
 */
export class RunKeeper {
  /** The run that was silent for longest comes first. */
  private readonly runs = new Map<string, KeptRun>();
  private lastKey: string | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly now: () => number,
    private readonly runIdle: () => number,
    private readonly onEnd: (run: Run) => void,
    private readonly onOpen: () => void = () => {},
  ) {}

  /** The open runs that are not over, with the milliseconds since their last sign of life. */
  *live(): Generator<{ readonly run: Run; readonly idle: number }> {
    const now = this.now();
    for (const kept of this.runs.values()) {
      if (!this.isOver(kept, now)) yield { run: kept.run, idle: now - kept.lastActive };
    }
  }

  get size(): number {
    return this.runs.size;
  }

  /** The run that a call arriving now belongs to. */
  current(key: string): Run {
    const now = this.now();
    let kept = this.runs.get(key);
    if (kept !== undefined && this.isOver(kept, now)) {
      this.remove(key);
      kept = undefined;
    }
    if (kept === undefined) {
      this.sweep(now);
      kept = { run: this.engine.openRun(), lastActive: now, left: false };
      this.runs.set(key, kept);
      this.lastKey = key;
      this.onOpen();
    } else if (key !== this.lastKey) {
      this.runs.delete(key);
      this.runs.set(key, kept);
      this.lastKey = key;
    }
    kept.lastActive = now;
    kept.left = false;
    return kept.run;
  }

  /** The open run of this key, or undefined before its first call. */
  open(key: string): Run | undefined {
    return this.runs.get(key)?.run;
  }

  /** A call ended: silence is counted from here. */
  touch(key: string): void {
    const kept = this.runs.get(key);
    if (kept === undefined) return;
    kept.lastActive = this.now();
    if (kept.left) this.end(key);
  }

  /** The client of this run is gone. A call that is still open may go on over another connection, and keeps it. */
  end(key: string): void {
    const kept = this.runs.get(key);
    if (kept === undefined) return;
    kept.left = true;
    if (kept.run.inFlight === 0) this.remove(key);
  }

  endAll(): void {
    for (const key of [...this.runs.keys()]) this.remove(key);
  }

  private remove(key: string): void {
    const kept = this.runs.get(key);
    if (kept === undefined) return;
    this.runs.delete(key);
    this.engine.endRun(kept.run);
    this.onEnd(kept.run);
  }

  private isOver({ run, lastActive }: KeptRun, now: number): boolean {
    return run.inFlight === 0 && now - lastActive >= this.runIdle();
  }

  private sweep(now: number): void {
    for (const [key, kept] of this.runs) {
      if (kept.run.inFlight > 0) continue;
      if (!this.isOver(kept, now) && this.runs.size < MAX_RUNS) break;
      this.remove(key);
    }
  }
}
