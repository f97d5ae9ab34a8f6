import { sha256Hex } from '../evidence/canonical.js';
import type { CanonicalHash } from '../guard/identity.js';
import { isPlainObject, jsonTextOf } from './json-value.js';

/**
 * The arguments of a call by name, as the guard compares them: a single plain object is the arguments itself,
 * anything else is named by position, "0", "1", … Trailing undefined is as good as absent.
 */
export function namedArguments(list: readonly unknown[]): Readonly<Record<string, unknown>> {
  const given = list.slice(0, list.findLastIndex((value) => value !== undefined) + 1);
  const [first] = given;
  if (given.length === 1 && isPlainObject(first)) return first;
  return Object.fromEntries(given.map((value, position) => [String(position), value]));
}

/** The hash for the loop checks: what JSON cannot carry whole is like nothing else, and so never a repetition. */
export function comparingHash(randomHex: (bytes: number) => string): CanonicalHash {
  return (value) => {
    const text = jsonTextOf(value);
    return text === undefined ? randomHex(32) : sha256Hex(text);
  };
}

/** The hash for side effects, of which none may run when nobody can tell whether it ran before. */
export const strictHash: CanonicalHash = (value) => {
  const text = jsonTextOf(value);
  if (text === undefined) throw new Error('not JSON');
  return sha256Hex(text);
};
