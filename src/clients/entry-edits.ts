import { isDeepStrictEqual } from 'node:util';
import type { EntryValues } from './server-entry.js';

export type Member = readonly [key: string, value: unknown];

/** One change of an entry's text, small enough to leave comments and layout around it alone. */
export type EntryEdit =
  | { readonly kind: 'set'; readonly key: string; readonly value: unknown }
  /** Puts elements before those of an array. */
  | { readonly kind: 'prepend'; readonly key: string; readonly values: readonly unknown[] }
  /** Takes the first elements off an array that keeps others. */
  | { readonly kind: 'drop'; readonly key: string; readonly count: number }
  | { readonly kind: 'insert'; readonly after: string; readonly members: readonly Member[] }
  /** Members in the place of one; none removes it. */
  | { readonly kind: 'replace'; readonly key: string; readonly members: readonly Member[] };

function endsWith(whole: readonly unknown[], end: readonly unknown[]): boolean {
  return (
    whole.length > end.length && isDeepStrictEqual(whole.slice(whole.length - end.length), end)
  );
}

function changeOf(key: string, before: unknown, after: unknown): EntryEdit {
  if (Array.isArray(before) && Array.isArray(after)) {
    if (endsWith(after, before)) {
      return { kind: 'prepend', key, values: after.slice(0, after.length - before.length) };
    }
    if (after.length > 0 && endsWith(before, after)) {
      return { kind: 'drop', key, count: before.length - after.length };
    }
  }
  return { kind: 'set', key, value: after };
}

/** The edits that lead from one state of an entry to another; the order of new members is that of `after`. */
export function editsBetween(before: EntryValues, after: EntryValues): readonly EntryEdit[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const added = Object.entries(after).filter(([key]) => !Object.hasOwn(before, key));
  const edits = Object.keys(before)
    .filter((key) => Object.hasOwn(after, key) && !isDeepStrictEqual(before[key], after[key]))
    .map((key) => changeOf(key, before[key], after[key]));
  const [first, ...others] = removed;
  if (first !== undefined) edits.push({ kind: 'replace', key: first, members: added });
  else if (added.length > 0) {
    const keys = Object.keys(after);
    const place = keys.indexOf(added[0]?.[0] ?? '');
    const anchor = keys.slice(0, place).findLast((key) => Object.hasOwn(before, key));
    const after_ = anchor ?? Object.keys(before)[0];
    if (after_ !== undefined) edits.push({ kind: 'insert', after: after_, members: added });
  }
  return [...edits, ...others.map((key): EntryEdit => ({ kind: 'replace', key, members: [] }))];
}
