import { describeValue } from '../config/describe-value.js';
import { readShape, type Shape, type Values } from '../config/kind.js';
import { nearestKey } from '../config/nearest-key.js';
import { ConfigurationError } from './fuze-error.js';

/** `maxCostPerRun` for `max_cost_per_run`. */
function nameInCode(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function unknownText(name: string, known: readonly string[]): string {
  const nearest = nearestKey(
    name,
    known.map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  );
  return nearest === undefined
    ? `unknown option; known here are ${known.join(', ')}`
    : `unknown option; the nearest known one is "${nameInCode(nearest)}"`;
}

function foundAt(values: ReadonlyMap<string, unknown>, path: readonly PropertyKey[]): unknown {
  const [key, ...rest] = path;
  let value = values.get(String(key));
  for (const part of rest) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/**
 * Reads options given in code by the rules of `fuze.toml`; `shape` is in the file's spelling, the options are in
 * camel case. Dollars come out as micro-dollars, durations as milliseconds.
 * `where` begins the message of the ConfigurationError, which names every wrong option and its value.
 */
export function readOptions<S extends Shape>(where: string, given: unknown, shape: S): Values<S> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const found = describeValue(given, undefined);
    throw new ConfigurationError(`${where}: found ${found} for the options, allowed is an object`);
  }
  const keys = new Map(Object.keys(shape).map((key) => [nameInCode(key), key]));
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    const key = keys.get(name);
    if (key === undefined) problems.push(`${name}: ${unknownText(name, [...keys.keys()])}`);
    else if (value !== undefined) values.set(key, value);
  }
  const reading = readShape(shape, Object.fromEntries(values));
  if ('value' in reading && problems.length === 0) return reading.value;
  for (const issue of 'value' in reading ? [] : reading.issues) {
    const [key, ...rest] = issue.path;
    const place = nameInCode(String(key)) + rest.map((part) => `[${String(part)}]`).join('');
    const found = describeValue(foundAt(values, issue.path), undefined);
    problems.push(`${place}: found ${found}, allowed is ${issue.message}`);
  }
  throw new ConfigurationError(
    [...new Set(problems)].map((text) => `${where}: ${text}`).join('\n'),
  );
}
