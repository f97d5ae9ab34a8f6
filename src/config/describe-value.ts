const LONGEST = 60;

/** Keys whose value must not be seen in a terminal or a log, not even when it is wrong. */
const SECRET_KEYS: ReadonlySet<string> = new Set(['token', '--token', 'FUZE_TOKEN']);

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** The value that was found, as TOML writes it, for an error message; long ones cut, secrets left out. */
export function describeValue(value: unknown, key: PropertyKey | undefined): string {
  if (typeof key === 'string' && SECRET_KEYS.has(key)) return 'a value not shown here';
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return shorten(JSON.stringify(value));
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'nan';
    if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
    return String(value);
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Date) return `the date or time ${value.toISOString()}`;
  return typeof value === 'object' ? 'a table' : shorten(String(value));
}
