const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The longest delay that a Node timer can wait (2^31 - 1 ms, about 24 days); a longer one fires at once. */
export const LONGEST_TIMER = 2_147_483_647;

function unitOf(text: string): keyof typeof UNITS | undefined {
  return text === 'ms' || text === 's' || text === 'm' || text === 'h' ? text : undefined;
}

/**
 * Reads a duration: a number and its unit (`"250ms"`, `"1.5s"`, `"2m"`, `"24h"`), or a number of milliseconds.
 * Returns whole milliseconds, or undefined for everything else: no unit, a negative or infinite number,
 * a fraction of a millisecond. A string without unit is refused because `"30"` could mean either.
 */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const [, amount, name] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? [];
  const unit = unitOf(name ?? '');
  if (amount === undefined || unit === undefined) return undefined;
  const exact = Number(amount) * UNITS[unit];
  const ms = Math.round(exact);
  // Binary fractions make 1.001 s a hair less than 1001 ms; more than a hair is a fraction that was written.
  return Number.isSafeInteger(ms) && Math.abs(exact - ms) < 1e-6 ? ms : undefined;
}

/** Writes milliseconds in the largest unit that keeps them whole: 90000 is `"90s"`, 86400000 is `"24h"`. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms % UNITS.h === 0) return `${ms / UNITS.h}h`;
  if (ms > 0 && ms % UNITS.m === 0) return `${ms / UNITS.m}m`;
  if (ms > 0 && ms % UNITS.s === 0) return `${ms / UNITS.s}s`;
  return `${ms}ms`;
}
