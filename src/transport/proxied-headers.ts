import type { OutgoingHttpHeaders } from 'node:http';
import { bearerMatches } from './bearer-token.js';

/** Headers of one connection only (RFC 9110, section 7.6.1), besides those that `Connection` names. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const PROXY = 'proxy-';
/** Leads a client past fuze: the next request would go there directly (RFC 7838, section 3). */
const ELSEWHERE = 'alt-svc';
/** Set anew for the body that is sent on. */
const LENGTH = 'content-length';

/** What fuze puts in place of the client's. */
export interface OwnHeaders {
  /** Host, and port where it is not the usual one, of the server. */
  readonly host: string;
  /** The token of fuze's own listener, which is no business of the server's. */
  readonly token: string | undefined;
}

/** A raw list, as Node gives it, as pairs. */
function* pairsOf(rawHeaders: readonly string[]): Generator<readonly [string, string]> {
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    yield [rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''];
  }
}

function keep(
  rawHeaders: readonly string[],
  isKept: (name: string, value: string) => boolean,
): string[] {
  const named = new Set<string>();
  for (const [name, value] of pairsOf(rawHeaders)) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const option of value.split(',')) named.add(option.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (const [name, value] of pairsOf(rawHeaders)) {
    const key = name.toLowerCase();
    const isOfHop = HOP_BY_HOP.has(key) || named.has(key) || key.startsWith(PROXY);
    if (!isOfHop && key !== LENGTH && isKept(key, value)) kept.push(name, value);
  }
  return kept;
}

/** The headers of a request as the server gets them, a raw list again: order, case and repeats as they came. */
export function forwardedRequestHeaders(
  rawHeaders: readonly string[],
  { host, token }: OwnHeaders,
): string[] {
  const kept = keep(rawHeaders, (name, value) => {
    // Node has answered an expectation itself, and fuze must be able to read the answer.
    if (name === 'host' || name === 'accept-encoding' || name === 'expect') return false;
    return name !== 'authorization' || token === undefined || !bearerMatches(value, token);
  });
  return ['Host', host, ...kept, 'Accept-Encoding', 'identity'];
}

/** The headers of an answer as the client gets them, a raw list again. */
export function forwardedResponseHeaders(rawHeaders: readonly string[]): string[] {
  return keep(rawHeaders, (name) => name !== ELSEWHERE);
}

/** A raw header list as Node writes it, several values under one name kept apart. */
export function headerRecord(rawHeaders: readonly string[]): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    const value = rawHeaders[at + 1] ?? '';
    const known = headers[name];
    if (known === undefined) headers[name] = value;
    else headers[name] = [...(typeof known === 'string' ? [known] : known), value];
  }
  return headers;
}
