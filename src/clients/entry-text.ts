import { isDeepStrictEqual } from 'node:util';
import { getNodeValue } from 'jsonc-parser';
import type { ClientSpec } from './client-table.js';
import { editJsonEntry } from './edit-json-entry.js';
import { editTomlEntry } from './edit-toml-entry.js';
import { type EntryEdit, editsBetween, removedKeys } from './entry-edits.js';
import { parseJson } from './json-servers.js';
import { type EntryValues, isTable } from './server-entry.js';
import { applySplices } from './text-edit.js';
import { TextProblem } from './text-problem.js';
import { readTomlEntry } from './toml-servers.js';

type Format = ClientSpec['format'];

/** The members in the text of one entry; undefined when it does not read as one. */
export function parseEntry(format: Format, text: string): EntryValues | undefined {
  try {
    const root = format === 'json' ? parseJson(text) : undefined;
    const values: unknown =
      format === 'toml' ? readTomlEntry(text) : root === undefined ? undefined : getNodeValue(root);
    return isTable(values) ? values : undefined;
  } catch (error) {
    if (error instanceof TextProblem) return undefined;
    throw error;
  }
}

/** Carries out the edits one by one; undefined when one of them cannot be, or the result reads as anything else. */
function edited(
  format: Format,
  text: string,
  edits: readonly EntryEdit[],
  after: EntryValues,
): string | undefined {
  const edit = format === 'json' ? editJsonEntry : editTomlEntry;
  let result = text;
  for (const step of edits) {
    const splices = edit(result, step);
    if (splices === undefined) return undefined;
    result = applySplices(result, splices);
  }
  return isDeepStrictEqual(plain(parseEntry(format, result)), plain(after)) ? result : undefined;
}

/**
 * Edits the text of an entry so that it says `after` instead of `before`, and leaves the rest of it alone. Undefined
 * when it is written in a way that cannot be edited.
 */
export function rewriteEntry(
  format: Format,
  text: string,
  before: EntryValues,
  after: EntryValues,
): string | undefined {
  // Where the last one stood, so that an entry does not end in comments of members that are gone; a TOML table of
  // its own cannot be replaced by members.
  for (const place of [...removedKeys(before, after).toReversed(), undefined]) {
    const result = edited(format, text, editsBetween(before, after, place), after);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** smol-toml makes tables without a prototype, which would count as a difference. */
function plain(values: EntryValues | undefined): unknown {
  return structuredClone(values);
}
