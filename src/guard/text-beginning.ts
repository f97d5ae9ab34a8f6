/** How the results of most servers begin: with one block of text. */
const TEXT_FIRST = Buffer.from('{"content":[{"type":"text","text":"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How many backslashes stand in a row before `end`; an odd number of them escapes what follows. */
function slashesBefore(bytes: Buffer, end: number): number {
  let start = end;
  while (bytes[start - 1] === BACKSLASH) start -= 1;
  return end - start;
}

function hasEnd(text: Buffer): boolean {
  for (let quote = text.indexOf(QUOTE); quote !== -1; quote = text.indexOf(QUOTE, quote + 1)) {
    if (slashesBefore(text, quote) % 2 === 0) return true;
  }
  return false;
}

/** Where the last whole character of a cut text ends, and the last whole escape. */
function wholeEnd(text: Buffer): number {
  let end = text.length;
  // The bytes of a character after its first are 10xxxxxx; the first of several is 11xxxxxx (RFC 3629).
  while (((text[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  if ((text[end - 1] ?? 0) >= 0xc0) end -= 1;
  const slash = text.lastIndexOf(BACKSLASH, end - 1);
  if (slash === -1 || slashesBefore(text, slash + 1) % 2 === 0) return end;
  const length = text[slash + 1] === 0x75 ? 6 : 2;
  return slash + length > end ? slash : end;
}

/**
 * Keeps the beginning of what a large result says, so many bytes of its JSON text, and returns how to read it: most
 * are never read, and a megabyte need not be parsed or held for a page. Undefined where what it says cannot be told
 * from its beginning.
 */
export function keepBeginning(json: Buffer, bytes: number): (() => string) | undefined {
  const isText = TEXT_FIRST.equals(json.subarray(0, TEXT_FIRST.length));
  const text = json.subarray(TEXT_FIRST.length, bytes);
  if (!isText || json.length <= bytes || hasEnd(text)) return undefined;
  const kept = Buffer.from(text.subarray(0, wholeEnd(text)));
  return () => {
    const inside = kept.toString('utf8');
    try {
      return String(JSON.parse(`"${inside}"`));
    } catch {
      return inside;
    }
  };
}
