import { parse, TomlError } from 'smol-toml';
import { type TomlPlace, walkToml } from '../config/toml-places.js';
import { isTable, type ServerEntry } from './server-entry.js';
import { TextProblem } from './text-problem.js';

function parseToml(text: string): unknown {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace('Invalid TOML document: ', '').split('\n');
    const lines = text.split('\n').slice(0, error.line - 1);
    const offset = lines.reduce((sum, line) => sum + line.length + 1, 0) + error.column - 1;
    throw new TextProblem(`not valid TOML: ${reason}`, offset);
  }
}

export function isUnder(path: TomlPlace['path'], prefix: readonly PropertyKey[]): boolean {
  return prefix.every((name, index) => path[index] === name);
}

/** The end of what is written at an offset, with the comment that follows it on its line. */
export function endOfLine(text: string, end: number): number {
  return end + (/^[ \t]*#[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0);
}

/** The header of the server's table with all that follows and belongs to it, or its inline table with its key. */
function spanOf(
  text: string,
  places: readonly TomlPlace[],
  path: readonly string[],
): ServerEntry['span'] {
  const first = places.findIndex(
    (place) => place.path.length === path.length && isUnder(place.path, path),
  );
  const head = places[first];
  if (head === undefined) return undefined;
  if (head.kind !== 'table') return { start: head.start, end: head.end };
  let end = head.end;
  for (const place of places.slice(first)) {
    if (!isUnder(place.path, path)) break;
    end = Math.max(end, place.end);
  }
  return { start: head.start, end: endOfLine(text, end) };
}

/** The servers of a TOML text, in its order. Throws a TextProblem for a text that cannot be understood. */
export function readTomlServers(
  text: string,
  tables: readonly (readonly string[])[],
): ServerEntry[] {
  const root = parseToml(text);
  const { places } = walkToml(text);
  return tables.flatMap((at) => {
    let table: unknown = root;
    for (const step of at) table = isTable(table) ? table[step] : undefined;
    return Object.entries(isTable(table) ? table : {}).map(([name, values]) => ({
      path: [...at, name],
      values: isTable(values) ? values : undefined,
      span: spanOf(text, places, [...at, name]),
    }));
  });
}

/** The members in the text of one entry, as `span` cuts it out. */
export function readTomlEntry(text: string): unknown {
  let values = parseToml(text);
  const [head] = walkToml(text).places;
  for (const step of head?.path ?? []) values = isTable(values) ? values[String(step)] : undefined;
  return values;
}
