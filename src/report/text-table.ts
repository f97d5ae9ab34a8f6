import { displayWidth } from './text-width.js';

export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Lines of a table, columns two spaces apart, title first. Columns without any value are left out. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const shown = columns
    .map((column, index) => ({ ...column, cells: rows.map((row) => row[index] ?? '') }))
    .filter(({ cells }) => cells.some((cell) => cell !== '' && cell !== '–'))
    .map((column) => ({
      ...column,
      width: Math.max(...[column.title, ...column.cells].map(displayWidth)),
    }));
  const line = (cellOf: (column: (typeof shown)[number]) => string): string =>
    shown
      .map((column) => {
        const cell = cellOf(column);
        const space = ' '.repeat(column.width - displayWidth(cell));
        return column.right === true ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [
    line(({ title }) => title),
    ...rows.map((_, row) => line(({ cells }) => cells[row] ?? '')),
  ];
}
