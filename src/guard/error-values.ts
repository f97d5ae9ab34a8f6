/** Words of an error that look like a value somebody passed in: an id, a date, a path, a number, a quoted name. */
const VALUE =
  /"([^"\n]{2,120})"|'([^'\n]{2,120})'|`([^`\n]{2,120})`|([\w@./:\\+-]*\d[\w@./:\\+-]*|[\w.-]*[/\\][\w./\\-]+)/g;
const MAX_TEXT = 2_000;
const MAX_VALUES = 20;

type Args = Readonly<Record<string, unknown>>;

/** Whether a value stands in a text as a whole, not as a part of a longer word or number. */
function standsIn(value: string, text: string): boolean {
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + value.length] ?? ' ';
    if (!/\w/.test(before) && !/\w/.test(after)) return true;
  }
  return false;
}

/** Whether a value is one of the arguments, at any depth, or a part of one. The names of arguments do not count. */
export function carries(args: unknown, value: string): boolean {
  switch (typeof args) {
    case 'string':
      return standsIn(value, args);
    case 'number':
    case 'bigint':
      return String(args) === value;
    case 'object':
      return args !== null && Object.values(args).some((part) => carries(part, value));
    default:
      return false;
  }
}

/** The values of the arguments that an error names. */
export function namedValues(error: string, args: Args): string[] {
  const found = new Set<string>();
  for (const match of error.slice(0, MAX_TEXT).matchAll(VALUE)) {
    const value = (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').replace(/[.,:;]+$/, '');
    if (value.length > 1 && carries(args, value)) found.add(value);
    if (found.size >= MAX_VALUES) break;
  }
  return [...found];
}
