import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isLength } from './content-length.js';
import {
  hostAllowed,
  type ListenAddress,
  originAllowed,
  sentByStranger,
} from './listen-address.js';
import { repeatedHeader } from './repeated-header.js';

/** Why no request with such a head may come in. */
export interface HeadRefusal {
  readonly status: 400 | 403;
  /** For people. */
  readonly reason: string;
}

/** What the headers of a request say, apart from the length of its body. */
export interface RequestHead {
  /** Names and values by turns, as they came. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly refusal: HeadRefusal | undefined;
}

/**
 * Reads the heads of one connection. Clients say the same with every request, so that the last head is kept: the same
 * headers give the same object, by which others can know what they have made of it.
 */
export class RequestHeads {
  private last: { readonly asCame: readonly string[]; readonly head: RequestHead } | undefined;

  constructor(private readonly address: ListenAddress) {}

  read(request: Pick<IncomingMessage, 'rawHeaders' | 'headers'>): RequestHead {
    const { rawHeaders: asCame } = request;
    if (this.last !== undefined && saysTheSame(this.last.asCame, asCame)) return this.last.head;
    const { 'content-length': _, ...headers } = request.headers;
    const rawHeaders = asCame.filter((__, at) => !isLength(asCame[at - (at % 2)]));
    const head = { rawHeaders, headers, refusal: refusalOf(rawHeaders, headers, this.address) };
    this.last = { asCame, head };
    return head;
  }
}

/** The same names in the same order, with the same values but for the length of the body. */
function saysTheSame(before: readonly string[], now: readonly string[]): boolean {
  if (before.length !== now.length) return false;
  for (let at = 0; at < now.length; at += 1) {
    if (now[at] === before[at]) continue;
    if (at % 2 === 0 || !isLength(now[at - 1])) return false;
  }
  return true;
}

/** What must not come in. DNS rebinding is looked for before the token: even an answer about that would tell something. */
function refusalOf(
  rawHeaders: readonly string[],
  headers: IncomingHttpHeaders,
  address: ListenAddress,
): HeadRefusal | undefined {
  const repeated = repeatedHeader(rawHeaders);
  if (repeated !== undefined) {
    const reason = `the header ${repeated} stands twice, and either could be meant`;
    return { status: 400, reason };
  }
  const { host, origin } = headers;
  if (!hostAllowed(host, address)) {
    const reason = `the Host header is ${JSON.stringify(host ?? '')}; this listener is for this machine only`;
    return { status: 403, reason };
  }
  if (!originAllowed(origin, host, address) || sentByStranger(headers)) {
    const reason = `pages of ${JSON.stringify(origin ?? 'another site')} may not use this listener`;
    return { status: 403, reason };
  }
  return undefined;
}
