const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * Milliseconds to wait before a reconnect, the first being number 1: anything up to 250 ms, doubling to 30 s
 * ("full jitter"), for many clients may have lost the same server at once. `random` is from 0 to 1.
 */
export function backoffDelay(attempt: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)) * random;
}
