import { displayWidth, fitted } from './text-width.js';

export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

const LONGEST_NAME = 28;
const SHORTEST_NAME = 12;
const GAP = '  ';

interface Cells extends Column {
  readonly cells: readonly string[];
}

function measured(column: Cells): Cells & { readonly width: number } {
  const width = Math.max(...[column.title, ...column.cells].map(displayWidth));
  return { ...column, width };
}

/**
 * Lines of a table, title first, at most `width` columns where that can be: the first column, which holds names, is
 * cut for it. Columns without any value are left out.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const [names, ...all] = columns.map((column, index) => ({
    ...column,
    cells: rows.map((row) => row[index] ?? ''),
  }));
  if (names === undefined) return [];
  const others = all
    .filter(({ cells }) => cells.some((cell) => cell !== '' && cell !== '–'))
    .map(measured);
  const taken = others.reduce((sum, column) => sum + GAP.length + column.width, 0);
  const room = Math.max(SHORTEST_NAME, Math.min(LONGEST_NAME, width - taken));
  // Cut before it is measured: a name from a trace may be as long as it likes.
  const first = measured({ ...names, cells: names.cells.map((name) => fitted(name, room)) });
  const line = (cellOf: (column: typeof first) => string): string =>
    [first, ...others]
      .map((column) => {
        const cell = cellOf(column);
        const space = ' '.repeat(column.width - displayWidth(cell));
        return column.right === true ? space + cell : cell + space;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(({ title }) => title),
    ...rows.map((_, row) => line((column) => column.cells[row] ?? '')),
  ];
}
