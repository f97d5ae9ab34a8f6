import { bearerMatches } from './bearer-token.js';

const CONNECTION = 'connection';
/**
 * Headers of one connection only (RFC 9110, section 7.6.1), besides those that `Connection` names, and the length, which
 * is set anew for the body that is sent on.
 */
const NOT_PASSED = new Set([
  CONNECTION,
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const PROXY = 'proxy-';
/** Leads a client past fuze: the next request would go there directly (RFC 7838, section 3). */
const ELSEWHERE = 'alt-svc';

/** What fuze puts in place of the client's. */
export interface OwnHeaders {
  /** Host, and port where it is not the usual one, of the server. */
  readonly host: string;
  /** The token of fuze's own listener, which is no business of the server's. */
  readonly token: string | undefined;
  /** Names in small letters of what the server gets from fuze in place of the client's; left out none. */
  readonly replaced?: ReadonlySet<string>;
}

/** The headers that `Connection` names (RFC 9110, section 7.6.1); undefined where it names none but itself. */
function namedByConnection(rawHeaders: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const value = rawHeaders[at + 1] ?? '';
    // Most say this, and it names nothing that could be kept.
    if (name.length !== CONNECTION.length || value === 'keep-alive') continue;
    if (name.toLowerCase() !== CONNECTION) continue;
    named ??= new Set();
    for (const option of value.split(',')) named.add(option.trim().toLowerCase());
  }
  return named;
}

function keep(
  rawHeaders: readonly string[],
  isKept: (name: string, value: string) => boolean,
): string[] {
  const named = namedByConnection(rawHeaders);
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const value = rawHeaders[at + 1] ?? '';
    const key = name.toLowerCase();
    if (NOT_PASSED.has(key) || key.startsWith(PROXY) || named?.has(key) === true) continue;
    if (isKept(key, value)) kept.push(name, value);
  }
  return kept;
}

/** The headers of a request as the server gets them, a raw list again: order, case and repeats as they came. */
export function forwardedRequestHeaders(
  rawHeaders: readonly string[],
  { host, token, replaced }: OwnHeaders,
): string[] {
  const kept = keep(rawHeaders, (name, value) => {
    // Node has answered an expectation itself, and fuze must be able to read the answer.
    if (name === 'host' || name === 'accept-encoding' || name === 'expect') return false;
    if (replaced?.has(name) === true) return false;
    return name !== 'authorization' || token === undefined || !bearerMatches(value, token);
  });
  return ['Host', host, ...kept, 'Accept-Encoding', 'identity'];
}

/** The headers of an answer as the client gets them, a raw list again; `isDecoded` when its body goes on uncompressed. */
export function forwardedResponseHeaders(
  rawHeaders: readonly string[],
  isDecoded = false,
): string[] {
  return keep(
    rawHeaders,
    (name) => name !== ELSEWHERE && (!isDecoded || name !== 'content-encoding'),
  );
}

/** A raw list without a header; `name` in small letters. */
export function withoutHeader(headers: readonly string[], name: string): string[] {
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== name);
}
