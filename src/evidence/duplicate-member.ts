/** An open object with the names seen in it, or an open array. */
type Level = Set<string> | undefined;

// A string with its escapes, or one of the signs that open, close and separate.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/**
 * The first member name that stands twice in one object of a valid JSON text, or undefined.
 * `JSON.parse` keeps the last of them and says nothing, other readers keep the first.
 */
export function duplicateMember(text: string): string | undefined {
  const levels: Level[] = [];
  let expectsName = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{') {
      levels.push(new Set());
      expectsName = true;
    } else if (token === '[') {
      levels.push(undefined);
      expectsName = false;
    } else if (token === '}' || token === ']') {
      levels.pop();
      expectsName = false;
    } else if (token === ',') {
      expectsName = level !== undefined;
    } else if (expectsName && level !== undefined) {
      const name: unknown = JSON.parse(token);
      if (level.has(String(name))) return String(name);
      level.add(String(name));
      expectsName = false;
    }
  }
  return undefined;
}
