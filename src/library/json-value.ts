import { canonicalJson } from '../evidence/canonical.js';

/** A plain object, also one of another realm: its prototype is null, or has none itself. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether JSON carries all that makes up the value. A Map, a class instance or NaN would look like others of their kind. */
function isWhole(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if ('toJSON' in value && typeof value.toJSON === 'function') return isWhole(value.toJSON());
      if (Array.isArray(value)) return value.every(isWhole);
      return isPlainObject(value) && Object.values(value).every(isWhole);
    case 'bigint':
    case 'function':
    case 'symbol':
      return false;
  }
}

/**
 * Canonical JSON of a value that JSON carries whole, else undefined: plain objects, arrays, strings, finite numbers,
 * booleans, null, and what has a `toJSON` (a Date). Members that are undefined are left out.
 */
export function jsonTextOf(value: unknown): string | undefined {
  try {
    return isWhole(value) ? canonicalJson(value) : undefined;
  } catch {
    // Circular or nested too deeply, or a getter that throws.
    return undefined;
  }
}

const NOT_JSON = '[not JSON]';

/** The members as they are at this moment, for a record; those that JSON cannot carry are named as such. */
export function jsonMembersOf(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]): [string, unknown] => {
        const text = jsonTextOf(member);
        return [name, text === undefined ? NOT_JSON : JSON.parse(text)];
      }),
  );
}
