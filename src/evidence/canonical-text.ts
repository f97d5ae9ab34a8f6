/** Names and short texts that print as they are: almost all there are. */
const PLAIN = /^[\w .:/@-]*$/;

/** Longer texts are read faster by the library's own writer than by a pattern. */
const SHORT = 80;

function text(value: string): string {
  if (value.length <= SHORT && PLAIN.test(value)) return `"${value}"`;
  return JSON.stringify(value.isWellFormed() ? value : value.toWellFormed());
}

function name(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  // Mended, it could become the name of another member.
  if (!value.isWellFormed()) throw new TypeError('an unpaired surrogate in a name');
  return JSON.stringify(value);
}

/** What JSON has no word for is left out of objects, and null in arrays, as `JSON.stringify` does. */
function hasNoWord(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}

/**
 * RFC 8785 in one pass, for plain JSON values on the path of every call: several times as fast as first making a value
 * well-formed and then handing it to the library. Throws where the library would, though in other words.
 */
export function canonicalText(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('not a JSON number');
    return String(Object.is(value, -0) ? 0 : value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') throw new TypeError('not a JSON value');
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalText(value.toJSON());
  return Array.isArray(value) ? arrayText(value) : objectText(value);
}

function arrayText(array: readonly unknown[]): string {
  let out = '[';
  for (let index = 0; index < array.length; index += 1) {
    const item: unknown = array[index];
    if (index > 0) out += ',';
    out += hasNoWord(item) ? 'null' : canonicalText(item);
  }
  return `${out}]`;
}

/** More names are sorted faster by the library's own way, which needs memory for it. */
const FEW = 12;

/** Section 3.2.3: by UTF-16 code units, which is how strings compare. */
function sortNames(names: string[]): void {
  if (names.length > FEW) {
    names.sort();
    return;
  }
  for (let index = 1; index < names.length; index += 1) {
    const one = names[index] ?? '';
    let to = index;
    for (; to > 0 && (names[to - 1] ?? '') > one; to -= 1) names[to] = names[to - 1] ?? '';
    names[to] = one;
  }
}

function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}

function objectText(object: object): string {
  if (!isRecord(object)) throw new TypeError('not an object');
  const names = Object.keys(object);
  sortNames(names);
  let out = '{';
  for (const key of names) {
    const member = object[key];
    if (hasNoWord(member)) continue;
    out += `${out.length > 1 ? ',' : ''}${name(key)}:${canonicalText(member)}`;
  }
  return `${out}}`;
}
