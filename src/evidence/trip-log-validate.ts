import { parseStrictJson } from './strict-json.js';
import { type Rule, type SchemaVersion, type Shape, TRIP_LOG_SHAPES } from './trip-log-schema.js';

/** One way in which a file breaks the schema. */
export interface Violation {
  /** JSON Pointer (RFC 6901); empty for the whole file. */
  readonly pointer: string;
  /** What was expected and what was found, for people. */
  readonly message: string;
}

const LONGEST_QUOTE = 60;

/** A value in few words, however large or deep it is. */
function found(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return `${typeof value} ${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text}`;
}

function child(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function orNull(nullable: boolean | undefined): string {
  return nullable ? ' or null' : '';
}

/** What the rule wants when the value is not that, else undefined. Looks at the value itself, not at what it holds. */
function unmet(rule: Rule, value: unknown): string | undefined {
  switch (rule.type) {
    case 'string': {
      if (value === null && rule.nullable) return undefined;
      const minimum = rule.minLength ?? 0;
      const good = typeof value === 'string' && (minimum === 0 || [...value].length >= minimum);
      const length = minimum > 0 ? ` of at least ${minimum} characters` : '';
      return good ? undefined : `a string${length}${orNull(rule.nullable)}`;
    }
    case 'match':
      return typeof value === 'string' && rule.pattern.test(value) ? undefined : rule.words;
    case 'oneOf':
      return typeof value === 'string' && rule.values.includes(value)
        ? undefined
        : `one of ${rule.values.join(', ')}`;
    case 'integer': {
      if (value === null && rule.nullable) return undefined;
      const minimum = rule.minimum ?? Number.NEGATIVE_INFINITY;
      const good = typeof value === 'number' && Number.isInteger(value) && value >= minimum;
      const least = rule.minimum === undefined ? '' : ` of at least ${rule.minimum}`;
      return good ? undefined : `an integer${least}${orNull(rule.nullable)}`;
    }
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'object':
      return isObject(value) ? undefined : 'an object';
    case 'array':
      return Array.isArray(value) ? undefined : 'an array';
  }
}

function check(rule: Rule, value: unknown, pointer: string): Violation[] {
  const wanted = unmet(rule, value);
  if (wanted !== undefined) {
    return [{ pointer, message: `must be ${wanted}, found ${found(value)}` }];
  }
  if (rule.type === 'array' && Array.isArray(value)) {
    return value.flatMap((item, index) => check(rule.items, item, child(pointer, index)));
  }
  if (rule.type === 'object' && rule.shape !== undefined && isObject(value)) {
    return checkMembers(rule.shape, value, pointer);
  }
  return [];
}

function checkMembers(
  shape: Shape,
  object: Readonly<Record<string, unknown>>,
  pointer: string,
): Violation[] {
  const missing = Object.keys(shape.required)
    .filter((name) => !Object.hasOwn(object, name))
    .map((name) => ({ pointer: child(pointer, name), message: 'is required, but missing' }));
  const rules = new Map(Object.entries({ ...shape.required, ...shape.optional }));
  const wrong = Object.entries(object).flatMap(([name, value]): Violation[] => {
    const rule = rules.get(name);
    if (rule !== undefined) return check(rule, value, child(pointer, name));
    if (shape.open) return [];
    const message = `is not a member of this schema, found ${found(value)}`;
    return [{ pointer: child(pointer, name), message }];
  });
  return [...missing, ...wrong];
}

/** Every violation of the trip log schema by a parsed value; none when it is valid. */
export function validateTripLog(value: unknown, schema: SchemaVersion): Violation[] {
  return check({ type: 'object', shape: TRIP_LOG_SHAPES[schema] }, value, '');
}

/** The same for the bytes of a file: what is not strict JSON in UTF-8 is one violation of the whole. */
export function validateTripLogBytes(bytes: Uint8Array, schema: SchemaVersion): Violation[] {
  const parsed = parseStrictJson(bytes);
  if (!parsed.ok) return [{ pointer: '', message: parsed.reason }];
  return validateTripLog(parsed.value, schema);
}
