/** Headers that decide something here or at the server. Some take the first of two, some the last. */
const DECIDING = new Set([
  ...['host', 'origin', 'authorization', 'content-type', 'content-encoding'],
  ...['mcp-session-id', 'mcp-protocol-version', 'mcp-method', 'mcp-name', 'last-event-id'],
]);

/** A header that stands twice and must not. `rawHeaders`: names and values by turns. */
export function repeatedHeader(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!DECIDING.has(name)) continue;
    if (seen.has(name)) return rawHeaders[at];
    seen.add(name);
  }
  return undefined;
}
