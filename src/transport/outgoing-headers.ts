/** Headers of one connection and not of the message (RFC 9110, section 7.6.1), and those that are set here. */
const OWN = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'expect', 'host', 'content-length', 'accept-encoding'],
]);

/**
 * The headers of a request, names and values by turns: those that were given, and what the connection needs.
 * Answers are asked for uncompressed: events must be seen as they come.
 */
export class OutgoingHeaders {
  /** Never changed; undici wants to be given a list that could be. */
  readonly list: string[];

  constructor(given: readonly string[], host: string) {
    const list = ['Host', host];
    let hasAgent = false;
    for (let at = 0; at + 1 < given.length; at += 2) {
      const name = given[at] ?? '';
      const key = name.toLowerCase();
      if (!OWN.has(key)) list.push(name, given[at + 1] ?? '');
      hasAgent ||= key === 'user-agent';
    }
    // Some gateways turn away whoever does not say what it is.
    if (!hasAgent) list.push('User-Agent', 'fuze');
    list.push('Accept-Encoding', 'identity');
    this.list = list;
  }
}
