/** The members of a server's entry, parsed. */
export type EntryValues = Readonly<Record<string, unknown>>;

/** One server as a file names it. Offsets are in UTF-16 units of the file's text. */
export interface ServerEntry {
  /** Such as `["mcpServers", "files"]`. */
  readonly path: readonly string[];
  /** Undefined when the entry is not a table, so that nothing can be said of it. */
  readonly values: EntryValues | undefined;
  /** Its text can be taken out and put back; undefined when it is written in pieces all over the file. */
  readonly span: { readonly start: number; readonly end: number } | undefined;
}

/** The name for people: the project is told where a server belongs to one. */
export function serverTitle(path: readonly string[]): string {
  const name = path.at(-1) ?? '';
  return path[0] === 'projects' ? `${name} (in ${path[1]})` : name;
}

export function isTable(value: unknown): value is EntryValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** A table whose values are all strings, such as `env`. */
export function isStringTable(value: unknown): value is Readonly<Record<string, string>> {
  return isTable(value) && Object.values(value).every((item) => typeof item === 'string');
}
