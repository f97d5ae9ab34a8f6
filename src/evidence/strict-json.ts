export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Any escape, so that the second backslash of `\\u` is never taken for the beginning of one;
// a surrogate pair written as two escapes is one match.
const ESCAPE = /\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)/g;

/** Line and column, from 1, of a position in a text. */
function place(text: string, index: number): string {
  const before = text.slice(0, index).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The first escape in a valid JSON text that is half a surrogate pair, even where a later duplicate member hides it. */
function unpairedSurrogate(text: string): string | undefined {
  for (const match of text.matchAll(ESCAPE)) {
    const [written] = match;
    if (/^\\u[dD][89a-fA-F]..$/.test(written)) {
      return `unpaired surrogate ${written} at ${place(text, match.index)}`;
    }
  }
  return undefined;
}

/**
 * Parses JSON as RFC 8259 has it: UTF-8 without byte order mark, no unpaired surrogates,
 * no NaN or Infinity. Of duplicate members the last one wins.
 */
export function parseStrictJson(bytes: Uint8Array): StrictJson {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, reason: 'is not valid UTF-8' };
  }
  if (text.startsWith('\uFEFF')) return { ok: false, reason: 'begins with a byte order mark' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The message quotes the text, line ends and all.
    const message = String(error instanceof Error ? error.message : error).replace(/\s+/g, ' ');
    return { ok: false, reason: `is not JSON: ${message}` };
  }
  const surrogate = unpairedSurrogate(text);
  if (surrogate !== undefined) return { ok: false, reason: `is not JSON: ${surrogate}` };
  return { ok: true, value };
}
