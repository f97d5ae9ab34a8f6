import { isUsd, usdToMicros } from '../config/money.js';
import type { Micros } from '../config/settings.js';
import { isObject } from '../jsonrpc/is-object.js';

export type Fields = Readonly<Record<string, unknown>>;

/** A record that cannot be read; the message says which member and what was found. */
export class UnreadableRecord extends Error {}

const LONGEST = 60;
/** RFC 3339, and what Python and SQL make of it: a blank for the T, and no offset, which is read as UTC. */
const TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)?$/;

/** Says that a member is not what it should be. Null is as good as absent everywhere. */
function wrong(name: string, expected: string, value: unknown): UnreadableRecord {
  if (value === undefined || value === null) {
    return new UnreadableRecord(`has no "${name}", which must be ${expected}`);
  }
  const found = JSON.stringify(value);
  const shown = found.length <= LONGEST ? found : `${found.slice(0, LONGEST)}…`;
  return new UnreadableRecord(`"${name}" must be ${expected}, found ${shown}`);
}

export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw wrong(name, 'a text', value);
}

export function flagIn(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (isAbsent(value)) return undefined;
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false', value);
}

/** The arguments; a call without any may leave them out. */
export function argsIn(fields: Fields): Readonly<Record<string, unknown>> {
  const { args } = fields;
  if (isAbsent(args)) return {};
  if (isObject(args)) return args;
  throw wrong('args', 'an object', args);
}

export function runIn(fields: Fields): string | number | null {
  const { run } = fields;
  if (isAbsent(run)) return null;
  if (typeof run === 'string' || typeof run === 'number') return run;
  throw wrong('run', 'a text or a number', run);
}

/** Milliseconds since the epoch. */
export function timeIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (isAbsent(value)) return undefined;
  if (typeof value === 'number') return value;
  const [, day, time, zone] = (typeof value === 'string' ? TIME.exec(value) : null) ?? [];
  const at = Date.parse(`${day}T${time}${(zone ?? 'Z').toUpperCase()}`);
  if (Number.isFinite(at)) return at;
  throw wrong(name, 'a time by RFC 3339 or milliseconds since 1970', value);
}

/** A number of at least 0, such as a duration; what else stands there counts as nothing. */
export function amountIn(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' && value >= 0 ? value : 0;
}

/** US dollars as micro-dollars. */
export function costIn(fields: Fields, name: string): Micros | undefined {
  const value = fields[name];
  if (isAbsent(value)) return undefined;
  if (isUsd(value)) return usdToMicros(value);
  throw wrong(name, 'an amount of US dollars', value);
}
