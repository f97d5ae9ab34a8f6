import { natureOf } from './error-nature.js';

const MAX_LENGTH = 200;

/** What differs between two reports of one error: ids, paths, times and numbers. Order matters: the longest forms first. */
const VARIABLE_PARTS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/(?:[A-Za-z]:)?(?:[\\/][\w.@%+-]+){2,}/g, '<path>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>'],
  [/\d+(?:\.\d+)?/g, '<n>'],
];

/** The line that says what went wrong: the first, but the last of a Python traceback. */
function tellingLine(text: string): string {
  const start = text.trimStart();
  const isTraceback = start.startsWith('Traceback (most recent call last)');
  const line = isTraceback ? start.trimEnd().split('\n').at(-1) : start.split('\n', 1)[0];
  return line?.slice(0, 4 * MAX_LENGTH) ?? '';
}

/** That line, with ids, paths, times and numbers replaced. */
export function generalForm(text: string): string {
  const line = tellingLine(text);
  const general = VARIABLE_PARTS.reduce((rest, [part, name]) => rest.replace(part, name), line);
  return general.trim().slice(0, MAX_LENGTH);
}

const OUTAGE = 'outage: ';

/** Marks the class of an error that is an outage. */
export function outageClass(kind: string): string {
  return `${OUTAGE}${kind}`;
}

/** Whether an error of this class is an outage. */
export function isOutage(kind: string): boolean {
  return kind.startsWith(OUTAGE);
}

/** The class of an error from its text: what two reports of one kind of error have in common, marked when it is an outage. */
export function errorClass(text: string): string {
  const kind = generalForm(text);
  return natureOf(text) === 'outage' ? outageClass(kind) : kind;
}
