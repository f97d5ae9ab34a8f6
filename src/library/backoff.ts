const FIRST_MS = 100;
const LONGEST_MS = 2_000;

/**
 * Milliseconds to wait before a retry, the first being number 1: doubling from 100 to 2,000, of which
 * between half and all is waited, so that many that failed together do not come back together.
 */
export function backoff(retry: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (retry - 1));
  return (full / 2) * (1 + random);
}
