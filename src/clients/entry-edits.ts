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

/** Names of the members that are there before and not after. */
export function removedKeys(before: EntryValues, after: EntryValues): readonly string[] {
  return Object.keys(before).filter((key) => !Object.hasOwn(after, key));
}

/** New members come after the one that stands before them in `after`. */
function insertion(before: EntryValues, after: EntryValues, added: readonly Member[]): EntryEdit[] {
  const keys = Object.keys(after);
  const place = keys.indexOf(added[0]?.[0] ?? '');
  const known = keys.slice(0, place).findLast((key) => Object.hasOwn(before, key));
  const anchor = known ?? Object.keys(before)[0];
  return anchor === undefined ? [] : [{ kind: 'insert', after: anchor, members: added }];
}

/**
 * The edits that lead from one state of an entry to another. New members come in their order in `after`, in the place
 * of the removed member `place` if one is named.
 */
export function editsBetween(
  before: EntryValues,
  after: EntryValues,
  place: string | undefined,
): readonly EntryEdit[] {
  const added = Object.entries(after).filter(([key]) => !Object.hasOwn(before, key));
  const changed = Object.keys(before)
    .filter((key) => Object.hasOwn(after, key) && !isDeepStrictEqual(before[key], after[key]))
    .map((key) => changeOf(key, before[key], after[key]));
  const inserted = place === undefined && added.length > 0 ? insertion(before, after, added) : [];
  const removed = removedKeys(before, after).map((key): EntryEdit => {
    return { kind: 'replace', key, members: key === place ? added : [] };
  });
  return [...changed, ...inserted, ...removed];
}
