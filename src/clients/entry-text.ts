import { isDeepStrictEqual } from 'node:util';
import { getNodeValue } from 'jsonc-parser';
import type { ClientSpec } from './client-table.js';
import { editJsonEntry } from './edit-json-entry.js';
import { editTomlEntry } from './edit-toml-entry.js';
import { editsBetween } from './entry-edits.js';
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

/**
 * Edits the text of an entry so that it says `after` instead of `before`. Undefined when it is written in a way
 * that cannot be edited; never a text that reads as anything else.
 */
export function rewriteEntry(
  format: Format,
  text: string,
  before: EntryValues,
  after: EntryValues,
): string | undefined {
  const edit = format === 'json' ? editJsonEntry : editTomlEntry;
  let edited = text;
  for (const step of editsBetween(before, after)) {
    const splice = edit(edited, step);
    if (splice === undefined) return undefined;
    edited = applySplices(edited, [splice]);
  }
  return edited === text || isDeepStrictEqual(plain(parseEntry(format, edited)), plain(after))
    ? edited
    : undefined;
}

/** smol-toml makes tables without a prototype, which would count as a difference. */
function plain(values: EntryValues | undefined): unknown {
  return structuredClone(values);
}
