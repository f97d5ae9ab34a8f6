/** One line of a file, its line end taken off. */
export interface Line {
  readonly bytes: Uint8Array;
  /** False for what follows the last line end of the file. */
  readonly ended: boolean;
  /** True when the line was too long to be kept: `bytes` is then empty. */
  readonly tooLong: boolean;
}

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into its lines, holding one line of at most `maxBytes` at a time. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;

  const keep = (part: Uint8Array): void => {
    size += part.length;
    if (size > maxBytes) parts = [];
    else parts.push(part);
  };
  const take = (ended: boolean): Line => {
    const line = { bytes: Buffer.concat(parts), ended, tooLong: size > maxBytes };
    parts = [];
    size = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, to));
      yield take(true);
      from = to + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (size > 0) yield take(false);
}
