/** How often an effect that another process has in flight is looked up. */
const POLL_MS = 50;

const waiting = new Set<() => void>();

/** A side effect of this process has ended or its outcome became known: whoever waits looks again. */
export function effectChanged(): void {
  for (const wake of [...waiting]) wake();
}

/** Waits for a side effect to change, at most `limit` milliseconds; one that is not of this process is polled. */
export function effectChange(mine: boolean, limit: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, mine ? limit : Math.min(limit, POLL_MS));
    waiting.add(wake);
  });
}
