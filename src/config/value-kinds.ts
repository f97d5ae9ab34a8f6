import { LONGEST_TIMER, parseDuration } from './duration.js';
import { type Issue, issuesUnder, type Kind, kind, optional } from './kind.js';
import { isUsd, MOST_USD, usdToMicros } from './money.js';

/** The kinds of value in `fuze.toml`. The text of each error is what is allowed, to follow "found …, allowed is". */

function isTable(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

/** A TOML table; a date is an object too, but not this one. */
export const table = kind('a table', (value) => (isTable(value) ? value : undefined));

export const flag = optional(
  kind('true or false', (value) => (typeof value === 'boolean' ? value : undefined)),
);

/** US dollars in, micro-dollars out. */
export const requiredUsd = kind(`a number of US dollars, 0 to ${MOST_USD}`, (value) =>
  isUsd(value) ? usdToMicros(value) : undefined,
);

export const usd = optional(requiredUsd);

/** A number within bounds, which are allowed too. */
export function numberWithin(least: number, most: number, allowed: string) {
  return optional(
    kind(allowed, (value) =>
      typeof value === 'number' && value >= least && value <= most ? value : undefined,
    ),
  );
}

/** A whole number within bounds; without `most`, the largest that is exact. */
export function count(least: number, most = Number.MAX_SAFE_INTEGER) {
  const text =
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${least} or more`
      : `a whole number, ${least} to ${most}`;
  return optional(
    kind(text, (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
        ? value
        : undefined,
    ),
  );
}

const DURATION_TEXT = 'a duration such as "250ms", "30s", "2m", "1h" or a number of milliseconds';

/** Milliseconds out; above zero and short enough for a timer. */
export const duration = optional(
  kind(
    `${DURATION_TEXT}, above 0 and at most ${LONGEST_TIMER} ms (24 days)`,
    (value): number | undefined => {
      const ms = parseDuration(value) ?? 0;
      return ms > 0 && ms <= LONGEST_TIMER ? ms : undefined;
    },
  ),
);

/** `"run"`, `"off"`, or milliseconds out; no timer waits for it, so it may be longer than one can. */
export const dedupe = optional(
  kind(`"run", "off" or ${DURATION_TEXT}, above 0`, (value): 'run' | 'off' | number | undefined =>
    value === 'run' || value === 'off' ? value : parseDuration(value) || undefined,
  ),
);

export function oneOf<const T extends readonly string[]>(...values: T) {
  const allowed = values.map((value) => JSON.stringify(value)).join(' or ');
  return optional(
    kind(allowed, (value): T[number] | undefined => values.find((one) => one === value)),
  );
}

const quotedName = kind('a name in quotes', (value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
);

/** Names of members of the arguments. */
export function names(least: number): Kind<string[] | undefined> {
  const allowed =
    least === 0
      ? 'an array of names'
      : 'an array of one or more names; without the key all members count';
  return optional((value) => {
    if (!Array.isArray(value) || value.length < least) {
      return { issues: [{ path: [], message: allowed }] };
    }
    const found: string[] = [];
    const issues: Issue[] = [];
    for (const [at, member] of value.entries()) {
      const reading = quotedName(member);
      if ('value' in reading) found.push(reading.value);
      issues.push(...issuesUnder(at, reading));
    }
    return issues.length === 0 ? { value: found } : { issues };
  });
}

/** Text that passes a test. */
function text(allowed: string, isAllowed: (value: string) => boolean) {
  return kind(allowed, (value) =>
    typeof value === 'string' && isAllowed(value) ? value : undefined,
  );
}

/** Of an engine or a function, in code. */
export const name = optional(text('a name', (value) => value !== ''));

const isPath = (value: string): boolean => value !== '' && !value.includes('\0');

export const path = optional(text('a path', isPath));

export const pathOrEmpty = optional(
  text('a path, or "" for none', (value) => value === '' || isPath(value)),
);

export const switchOrPath = optional(
  kind('true, false or a path', (value): string | boolean | undefined =>
    typeof value === 'boolean' || (typeof value === 'string' && isPath(value)) ? value : undefined,
  ),
);

/** A field name of RFC 9110, 5.1; lower case out, since names differ in nothing else by case. */
export const headerName = optional(
  kind('the name of a request header, or "" for none', (value) =>
    typeof value === 'string' && /^[!#$%&'*+.^_`|~\w-]*$/.test(value)
      ? value.toLowerCase()
      : undefined,
  ),
);

/** What a bearer token can hold and a header can carry. */
export const bearerToken = optional(
  text('printable ASCII characters without spaces, since it travels in a header', (value) =>
    /^[\x21-\x7e]*$/.test(value),
  ),
);
