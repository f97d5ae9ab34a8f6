const MAX_LENGTH = 200;

/** What differs between two reports of one error: ids, paths, times and numbers. Order matters: the longest forms first. */
const VARIABLE_PARTS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/(?:[A-Za-z]:)?(?:[\\/][\w.@%+-]+){2,}/g, '<path>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>'],
  [/\d+(?:\.\d+)?/g, '<n>'],
];

/** The kind of an error from its text: the first line, with ids, paths, times and numbers replaced. */
export function errorClass(text: string): string {
  const line =
    text
      .trimStart()
      .split('\n', 1)[0]
      ?.slice(0, 4 * MAX_LENGTH) ?? '';
  const general = VARIABLE_PARTS.reduce((rest, [part, name]) => rest.replace(part, name), line);
  return general.trim().slice(0, MAX_LENGTH);
}

const OUTAGE_TEXT =
  /\b(?:http|status|code|error)\W{0,3}(?:code\W{0,3})?(?:429|5\d\d)\b|\b(?:429|5\d\d)\W{1,3}(?:too many|internal|bad gateway|service|gateway|server)|\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EPIPE|socket hang up|connection (?:refused|reset|closed|timed out)|timed? ?out|rate limit|too many requests|service unavailable|bad gateway|gateway timeout|internal server error)\b/i;

/** Marks the class of an error that says that the tool is out of order rather than called wrongly. */
export const OUTAGE = 'outage: ';

/** The class of the error with this text, marked when it tells of an outage: 429, 5xx, a lost connection, a timeout. */
export function classifyError(text: string): string {
  const kind = errorClass(text);
  return OUTAGE_TEXT.test(text.slice(0, 2_000)) ? `${OUTAGE}${kind}` : kind;
}

/** Whether `classifyError` saw an outage. */
export function isOutage(errorKind: string): boolean {
  return errorKind.startsWith(OUTAGE);
}
