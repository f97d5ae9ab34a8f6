/**
 * Numbers that a double cannot hold, such as the id 9007199254740993 or 1e400, become strings with the same
 * digits: two calls that differ in them must not look alike, and a trace must show what was sent.
 */

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Nothing with fewer digits in a row and no exponent can be out of range. */
const SUSPICIOUS = /\d{16}|\d[eE]\+?\d{3}/;

function isExact(token: string): boolean {
  const value = Number(token);
  return Number.isFinite(value) && (!/^-?\d+$/.test(token) || Number.isSafeInteger(value));
}

/** Parses JSON text that is known to be valid, with such numbers as strings. `parsed` is what JSON.parse makes of it, where that is known. */
export function parseExact(text: string, parsed?: unknown): unknown {
  if (!SUSPICIOUS.test(text)) return parsed ?? JSON.parse(text);
  let out = '';
  let copied = 0;
  let position = 0;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      position += 1;
      while (position < text.length && text[position] !== '"') {
        position += text[position] === '\\' ? 2 : 1;
      }
      position += 1;
      continue;
    }
    NUMBER.lastIndex = position;
    const token = NUMBER.exec(text)?.[0];
    if (token === undefined) {
      position += 1;
      continue;
    }
    if (!isExact(token)) {
      out += `${text.slice(copied, position)}"${token}"`;
      copied = position + token.length;
    }
    position += token.length;
  }
  return JSON.parse(out + text.slice(copied));
}
