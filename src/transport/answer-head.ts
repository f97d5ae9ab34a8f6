/** The head of a server's answer. */
export class AnswerHead {
  constructor(
    readonly status: number,
    /** Names and values by turns, as they came. */
    readonly rawHeaders: readonly string[],
  ) {}

  /** All values of a header, by commas; undefined where it does not stand there. `name` in small letters. */
  header(name: string): string | undefined {
    const { rawHeaders } = this;
    let found: string | undefined;
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const given = rawHeaders[at];
      if (given?.length !== name.length || given.toLowerCase() !== name) continue;
      const value = rawHeaders[at + 1] ?? '';
      // Of these there is one, and the first counts, as for node:http.
      if (SINGLE.has(name)) return value;
      found = found === undefined ? value : `${found}, ${value}`;
    }
    return found;
  }
}

const SINGLE: ReadonlySet<string> = new Set(['content-type', 'location']);
