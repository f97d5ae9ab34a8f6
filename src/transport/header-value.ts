/**
 * Values of `Mcp-Name` and `Mcp-Param-*` (MCP 2026-07-28, Streamable HTTP, "Value Encoding"): plain ASCII as
 * it is, everything else as `=?base64?…?=` over its UTF-8 bytes.
 */

const PREFIX = '=?base64?';
const SUFFIX = '?=';
const PLAIN = /^[\t\x20-\x7e]*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function looksEncoded(value: string): boolean {
  return value.startsWith(PREFIX) && value.endsWith(SUFFIX);
}

export function encodeHeaderValue(value: string): string {
  // Empty, and space at an end, would not survive the parsing of the field (RFC 9110, section 5.5).
  const isPlain = PLAIN.test(value) && value.trim() === value && value !== '';
  if (isPlain && !looksEncoded(value)) return value;
  return `${PREFIX}${Buffer.from(value).toString('base64')}${SUFFIX}`;
}

/** The value that was meant; undefined for bad Base64, bad UTF-8 and characters that no header may hold. */
export function decodeHeaderValue(value: string): string | undefined {
  if (!PLAIN.test(value)) return undefined;
  if (!looksEncoded(value)) return value;
  const payload = value.slice(PREFIX.length, -SUFFIX.length);
  // Checked first, because the decoder skips what is not Base64.
  if (!BASE64.test(payload)) return undefined;
  try {
    return utf8.decode(Buffer.from(payload, 'base64'));
  } catch {
    return undefined;
  }
}
