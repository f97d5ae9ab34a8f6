/** Words of an error that look like a value somebody passed in: an id, a date, a path, a number, a quoted name. */
const VALUE =
  /"([^"\n]{2,120})"|'([^'\n]{2,120})'|`([^`\n]{2,120})`|([\w@./:\\+-]*\d[\w@./:\\+-]*|[\w.-]*[/\\][\w./\\-]+)/g;
const MAX_TEXT = 2_000;
const MAX_VALUES = 20;

/** The values of the arguments that an error names, as far as they occur in the JSON text of the arguments. */
export function namedValues(error: string, args: string): string[] {
  const found = new Set<string>();
  for (const match of error.slice(0, MAX_TEXT).matchAll(VALUE)) {
    const value = (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').replace(/[.,:;]+$/, '');
    if (value.length > 1 && args.includes(value)) found.add(value);
    if (found.size >= MAX_VALUES) break;
  }
  return [...found];
}
