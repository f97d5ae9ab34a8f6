/** An answer older than this, in milliseconds, is asked for again with good reason: somebody waits for a change. */
export const FRESH_MS = 60_000;
/** So is one older than this that says that something is still under way: who is told to wait comes back. */
export const UNFINISHED_MS = 10_000;
/** A tool that waits, such as `sleep`, gives good reason when the next call comes so long after it. */
const WAITED_MS = 10_000;

/** Knows when an agent last waited for something, in monotonic milliseconds. */
export class Waiting {
  private lastAnswer = Number.POSITIVE_INFINITY;
  /** When the last call was made, if it was one of a tool that waits. */
  private waitingFrom = Number.POSITIVE_INFINITY;
  private waitedUntil = Number.NEGATIVE_INFINITY;

  /** A call is made; `waits`: of a tool that lets time pass. */
  called(now: number, waits: boolean): void {
    if (this.isOver(now)) this.waitedUntil = now;
    this.waitingFrom = waits ? now : Number.POSITIVE_INFINITY;
  }

  answered(now: number): void {
    this.lastAnswer = now;
  }

  /** Whether it waited between an answer and a call that is about to be made. */
  since(answeredAt: number, now: number): boolean {
    return this.waitedUntil > answeredAt || this.isOver(now);
  }

  /** Whether a call at this moment comes after a wait: of the agent itself, or in a tool. */
  private isOver(now: number): boolean {
    return now - this.lastAnswer >= FRESH_MS || now - this.waitingFrom >= WAITED_MS;
  }
}
