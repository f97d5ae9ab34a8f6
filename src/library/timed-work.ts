/** How a piece of work ended by itself. */
export type Ended<T> =
  | { readonly kind: 'returned'; readonly value: T }
  | { readonly kind: 'threw'; readonly error: unknown };

export type TimedEnd<T> =
  | Ended<T>
  /** It is still running; `late` tells how it ends after all, if ever. */
  | { readonly kind: 'timeout'; readonly late: Promise<Ended<T>> };

async function endOf<T>(work: () => T | PromiseLike<T>): Promise<Ended<T>> {
  try {
    return { kind: 'returned', value: await work() };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

/** Starts the work at once and waits for its end, but not longer than `timeout` milliseconds. Never rejects. */
export function withinTime<T>(
  work: () => T | PromiseLike<T>,
  timeout: number,
): Promise<TimedEnd<T>> {
  const ended = endOf(work);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'timeout', late: ended }), timeout);
    void ended.then((end) => {
      clearTimeout(timer);
      resolve(end);
    });
  });
}
