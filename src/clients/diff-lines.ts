/** One line of a diff and its sign. */
export type DiffLine = readonly [sign: ' ' | '-' | '+', line: string];

/** Lengths of the longest common subsequences of what follows, from the end. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly number[][] {
  const rows = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = rows[i];
      const below = rows[i + 1];
      if (row === undefined || below === undefined) continue;
      row[j] =
        before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
}

/** The shortest way from some lines to others. They are those of one entry, so squares of their number are small. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const lengths = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const now = after[j];
    if (old !== undefined && old === now) {
      lines.push([' ', old]);
      i += 1;
      j += 1;
    } else if (
      old !== undefined &&
      (now === undefined || (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      lines.push(['-', old]);
      i += 1;
    } else if (now !== undefined) {
      lines.push(['+', now]);
      j += 1;
    }
  }
  return lines;
}
