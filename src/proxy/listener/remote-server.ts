import type { AnswerHead } from '../../transport/answer-head.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { OutgoingHeaders } from '../../transport/outgoing-headers.js';
import { forwardedRequestHeaders } from '../../transport/proxied-headers.js';
import type { RelayExchange } from '../../transport/relay-exchange.js';
import { UpstreamTarget } from '../../transport/upstream-request.js';
import type { ServerUrl } from '../upstream.js';
import type { Credentials } from './hosted-session.js';
import { credentialsOf } from './posted.js';
import { rewrittenChallenge } from './resource-metadata.js';

/** Paths that servers announced their metadata under, beside the usual ones. */
const MAX_ANNOUNCED = 16;

/** What the server never gets from the client: it would compare an origin with itself. */
const NOT_THE_CLIENTS: ReadonlySet<string> = new Set(['origin']);

function replacedBy(headers: readonly string[]): ReadonlySet<string> {
  const names = headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  return new Set([...NOT_THE_CLIENTS, ...names]);
}

interface MadeHeaders {
  readonly headers: OutgoingHeaders;
  /** What they were made with, which can change. */
  readonly token: string;
  readonly own: readonly string[];
}

/** The HTTP server behind the listener: what goes to it, and how. */
export class RemoteServer {
  readonly target: UpstreamTarget;
  /** Paths of metadata that the server has announced. */
  readonly announced = new Set<string>();

  readonly url: URL;
  /** By the head of a client's request: all requests of its connection that say the same have the same one. */
  private readonly made = new WeakMap<readonly string[], MadeHeaders>();

  /** `token` is that of fuze's own listener. */
  constructor(
    private readonly server: ServerUrl,
    private readonly token: () => string,
  ) {
    this.url = server.url;
    this.target = new UpstreamTarget(server.url);
  }

  /** The client's own headers, and those of the command line in place of it. Origin was checked here: the server would compare it with itself. */
  headersFor({ rawHeaders }: HttpRequest): OutgoingHeaders {
    const token = this.token();
    const own = this.server.headers();
    const known = this.made.get(rawHeaders);
    if (known !== undefined && known.token === token && known.own === own) return known.headers;
    const headers = this.newHeaders(rawHeaders, token, own);
    this.made.set(rawHeaders, { token, own, headers });
    return headers;
  }

  /** Headers for a request of fuze's own in the name of this client. */
  credentialsFor(request: HttpRequest): readonly string[] {
    return headersToShow(this.server, credentialsOf(request, this.token()));
  }

  /** The path of `--url`, with the query that the client may have added. */
  pathFor({ query }: HttpRequest): string {
    const { pathname, search } = this.url;
    const added = query.toString();
    if (added === '') return pathname + search;
    return `${pathname}${search === '' ? '?' : `${search}&`}${added}`;
  }

  /** A challenge that names the server's metadata names it here: a client may log in to what it speaks to only. */
  rewriteChallenge(exchange: RelayExchange, answer: AnswerHead): void {
    const challenge = answer.header('www-authenticate');
    if (challenge === undefined) return;
    const here = originOf(exchange.request);
    const { text, path } = rewrittenChallenge(challenge, this.url, here);
    exchange.replaceHeader('www-authenticate', text);
    if (path !== undefined && this.announced.size < MAX_ANNOUNCED) this.announced.add(path);
  }

  private newHeaders(
    rawHeaders: readonly string[],
    token: string,
    headers: readonly string[],
  ): OutgoingHeaders {
    const client = forwardedRequestHeaders(rawHeaders, {
      host: this.url.host,
      token: token === '' ? undefined : token,
      replaced: headers.length === 0 ? NOT_THE_CLIENTS : replacedBy(headers),
    });
    client.push(...headers);
    return new OutgoingHeaders(client, this.url.host);
  }
}

/** How the client reaches fuze: by the name that it used. */
export function originOf({ headers }: HttpRequest): string {
  return `http://${headers.host ?? 'localhost'}`;
}

/** The headers of the command line, and what the client shows where they say nothing of that. */
export function headersToShow(
  server: ServerUrl,
  { authorization }: Credentials,
): readonly string[] {
  const own = server.headers();
  const isSet = own.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization');
  return isSet || authorization === undefined ? own : [...own, 'Authorization', authorization];
}
