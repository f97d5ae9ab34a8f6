import type { Micros } from './settings.js';

const MICROS_PER_USD = 1_000_000;

/** The largest amount whose micro-dollars are still exact: a little more than 9 billion dollars. */
export const MOST_USD = Math.floor(Number.MAX_SAFE_INTEGER / MICROS_PER_USD);

/** Whether a value is an amount that fuze can hold: a number of US dollars, finite, 0 to `MOST_USD`. */
export function isUsd(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST_USD;
}

/**
 * US dollars to whole micro-dollars. What is finer than a micro-dollar is rounded up, so that no price becomes free.
 * Throws a RangeError for NaN, infinite, negative and too large amounts.
 */
export function usdToMicros(usd: number): Micros {
  if (!isUsd(usd)) {
    throw new RangeError(
      `an amount of US dollars must be 0 to ${MOST_USD}, but this one is ${usd}`,
    );
  }
  const nearest = Math.round(usd * MICROS_PER_USD);
  // 0.07 * 1e6 is 70000.00000000001: written with six decimals or fewer, the amount is exact and not to be rounded up.
  return nearest / MICROS_PER_USD === usd ? nearest + 0 : Math.ceil(usd * MICROS_PER_USD);
}

/** Micro-dollars as a number of US dollars, for output; sums are made in micro-dollars. */
export function microsToUsd(micros: Micros): number {
  return micros / MICROS_PER_USD;
}

/** Micro-dollars for people: `$0.05`, `$10.00`, `$0.0025`; at least two decimals, and all that there are. */
export function formatUsd(micros: Micros): string {
  const whole = Math.trunc(Math.abs(micros) / MICROS_PER_USD);
  const rest = String(Math.abs(micros) % MICROS_PER_USD).padStart(6, '0');
  const decimals = rest.replace(/0{1,4}$/, '');
  return `${micros < 0 ? '-' : ''}$${whole}.${decimals}`;
}
