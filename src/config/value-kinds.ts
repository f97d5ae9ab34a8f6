import { z } from 'zod';
import { LONGEST_TIMER, parseDuration } from './duration.js';
import { isUsd, MOST_USD, usdToMicros } from './money.js';

/** The kinds of value in `fuze.toml`. The text of each error is what is allowed, to follow "found …, allowed is". */

/** A TOML table; a date is an object too, but not this one. */
export const table = z.custom<Record<string, unknown>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date),
  'a table',
);

export const flag = z.boolean('true or false').optional();

/** US dollars in, micro-dollars out. */
export const requiredUsd = z
  .unknown()
  .refine(isUsd, `a number of US dollars, 0 to ${MOST_USD}`)
  .transform((usd) => usdToMicros(Number(usd)));

export const usd = requiredUsd.optional();

/** A whole number within bounds; without `most`, the largest that is exact. */
export function count(least: number, most = Number.MAX_SAFE_INTEGER) {
  const text =
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${least} or more`
      : `a whole number, ${least} to ${most}`;
  return z.int(text).min(least, text).max(most, text).optional();
}

const DURATION_TEXT = 'a duration such as "250ms", "30s", "2m", "1h" or a number of milliseconds';

/** Milliseconds out; above zero and short enough for a timer. */
export const duration = z
  .unknown()
  .transform((value) => parseDuration(value) ?? 0)
  .refine(
    (ms) => ms > 0 && ms <= LONGEST_TIMER,
    `${DURATION_TEXT}, above 0 and at most ${LONGEST_TIMER} ms (24 days)`,
  )
  .optional();

/** `"run"`, `"off"`, or milliseconds out; no timer waits for it, so it may be longer than one can. */
export const dedupe = z
  .unknown()
  .transform((value): 'run' | 'off' | number =>
    value === 'run' || value === 'off' ? value : (parseDuration(value) ?? 0),
  )
  .refine((value) => value !== 0, `"run", "off" or ${DURATION_TEXT}, above 0`)
  .optional();

export function oneOf<const T extends readonly string[]>(...values: T) {
  return z.enum(values, values.map((value) => JSON.stringify(value)).join(' or ')).optional();
}

/** Names of members of the arguments. */
export function names(least: number) {
  const text =
    least === 0
      ? 'an array of names'
      : 'an array of one or more names; without the key all members count';
  return z
    .array(z.string('a name in quotes').min(1, 'a name in quotes'), text)
    .min(least, text)
    .optional();
}

const isPath = (value: string): boolean => value !== '' && !value.includes('\0');

export const path = z.string('a path').refine(isPath, 'a path').optional();

export const pathOrEmpty = z
  .string('a path, or "" for none')
  .refine((value) => value === '' || isPath(value), 'a path, or "" for none')
  .optional();

const SWITCH_OR_PATH = 'true, false or a path';
export const switchOrPath = z
  .union([z.boolean(), z.string().refine(isPath, SWITCH_OR_PATH)], SWITCH_OR_PATH)
  .optional();

const HEADER_TEXT = 'the name of a request header, or "" for none';
/** A field name of RFC 9110, 5.1; lower case out, since names differ in nothing else by case. */
export const headerName = z
  .string(HEADER_TEXT)
  .regex(/^[!#$%&'*+.^_`|~\w-]*$/, HEADER_TEXT)
  .transform((name) => name.toLowerCase())
  .optional();

const TOKEN_TEXT = 'printable ASCII characters without spaces, since it travels in a header';
/** What a bearer token can hold and a header can carry. */
export const bearerToken = z
  .string(TOKEN_TEXT)
  .regex(/^[\x21-\x7e]*$/, TOKEN_TEXT)
  .optional();
