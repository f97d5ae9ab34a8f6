/** The file cannot be used as it is. The message is for people and begins with `file:line:column`. */
export class FileProblem extends Error {
  constructor(
    file: string,
    text: string,
    place?: { readonly line: number; readonly column: number },
  ) {
    super(`${place === undefined ? file : `${file}:${place.line}:${place.column}`}: ${text}`);
    this.name = 'FileProblem';
  }
}

/** Line and column of an offset, both counted from 1; columns in UTF-16 units, as editors count. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
