/** Headers of one connection and not of the message (RFC 9110, section 7.6.1), and those that are set here. */
const OWN = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'expect', 'host', 'content-length', 'accept-encoding'],
]);

/**
 * The headers of a request, names and values by turns: those that were given, and what the connection needs.
 * Answers are asked for uncompressed: events must be seen as they come.
 */
export function requestHeaders(given: readonly string[], host: string): string[] {
  const headers = ['Host', host];
  let hasAgent = false;
  for (let at = 0; at + 1 < given.length; at += 2) {
    const name = given[at] ?? '';
    const key = name.toLowerCase();
    if (!OWN.has(key)) headers.push(name, given[at + 1] ?? '');
    hasAgent ||= key === 'user-agent';
  }
  // Some gateways turn away whoever does not say what it is.
  if (!hasAgent) headers.push('User-Agent', 'fuze');
  headers.push('Accept-Encoding', 'identity');
  return headers;
}
