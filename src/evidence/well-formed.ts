/**
 * The value as JSON can carry it: unpaired surrogates become U+FFFD, in member names too;
 * `toJSON` is honoured and what JSON has no word for (functions, symbols, undefined) is left out,
 * both as `JSON.stringify` does. The same reference comes back when nothing had to change.
 * Recursive: deep nesting throws RangeError.
 */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value !== 'object' || value === null) return hasNoWord(value) ? undefined : value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return wellFormed(value.toJSON());
  return Array.isArray(value) ? wellFormedArray(value) : wellFormedObject(value);
}

function hasNoWord(value: unknown): boolean {
  return typeof value === 'function' || typeof value === 'symbol';
}

function wellFormedArray(array: readonly unknown[]): readonly unknown[] {
  const copy = array.map((item) => wellFormed(item));
  return copy.every((item, index) => item === array[index]) ? array : copy;
}

function wellFormedObject(object: object): object {
  let changed = false;
  const members = Object.entries(object).map(([name, member]): [string, unknown] => {
    const good = wellFormed(member);
    if (good !== member || !name.isWellFormed()) changed = true;
    return [name.toWellFormed(), good];
  });
  return changed ? Object.fromEntries(members) : object;
}
