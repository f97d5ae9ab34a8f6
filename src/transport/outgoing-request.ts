import { Attempt, type AttemptListener } from './attempt.js';
import type { KeptConnections } from './kept-connections.js';
import { OutgoingHeaders } from './outgoing-headers.js';
import { redirectOf } from './redirect.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import { describeCause, UpstreamError } from './upstream-error.js';

/** One HTTP request to the server. */
export interface RequestOptions {
  readonly method: string;
  /** Names and values by turns, to which those of the connection come here; or ready, for many requests. */
  readonly headers: readonly string[] | OutgoingHeaders;
  /** Path and query; left out the URL's own. */
  readonly path?: string;
  readonly body?: Buffer;
  /** Whether it may be sent again when a kept connection turns out to be dead: not for what has effects. Asked then only. */
  readonly repeatable?: boolean | (() => boolean);
  /** Whether a redirect within the origin is followed here, or is an answer like others; left out it is followed. */
  readonly redirects?: 'follow' | 'pass';
}

/** Who hears of a request. One of `answered` and `failed` is called, and once, and not before the request is made. */
export interface RequestHooks {
  /** Takes the head of the answer, its body to be read. */
  answered(answer: UpstreamAnswer): void;
  failed(error: UpstreamError): void;
  /** The whole request has left. Not called for one that is answered before, or comes to nothing. */
  readonly written?: () => void;
}

/** Where requests go, and by which connections. */
export interface Destination {
  readonly url: URL;
  /** The host with the port, as for the Host header. */
  readonly host: string;
  /** Undefined until `loaded`. */
  readonly connections: KeptConnections | undefined;
  readonly loaded: Promise<void>;
  /** For people: without the query, which may hold a secret. */
  readonly shownUrl: string;
}

const MAX_REDIRECTS = 3;
/** What can stand in the head of a final answer (RFC 9110, section 15); it could not be passed on otherwise. */
const LEAST_STATUS = 200;
const LEAST_REDIRECT = 300;
const MOST_STATUS = 599;

/** A request on its way. */
export class OutgoingRequest implements AttemptListener {
  readonly written: (() => void) | undefined;
  private attempt: Attempt | undefined;
  private isAborted = false;
  private isOver = false;
  private redirects = 0;
  private isRepeated = false;
  private path: string;

  constructor(
    private readonly to: Destination,
    private readonly options: RequestOptions,
    private readonly hooks: RequestHooks,
  ) {
    const { path } = options;
    this.path = path ?? `${to.url.pathname}${to.url.search}`;
    this.written = hooks.written;
    this.start();
  }

  /** Closes its connection, also while the answer is read. */
  abort(): void {
    this.isAborted = true;
    this.attempt?.abort();
  }

  answered(answer: UpstreamAnswer): void {
    const { url, shownUrl } = this.to;
    const { status } = answer;
    if (status < LEAST_STATUS || status > MOST_STATUS) {
      this.attempt?.abort();
      const words = `answered with the status ${status}, which is none of HTTP`;
      this.end(new UpstreamError(`${shownUrl} ${words}`, true));
      return;
    }
    const isFollowed = this.options.redirects !== 'pass' && status >= LEAST_REDIRECT;
    const redirect = isFollowed
      ? redirectOf(answer, this.options.method, new URL(this.path, url))
      : undefined;
    if (redirect === undefined) {
      this.end(answer);
      return;
    }
    answer.discard();
    this.redirects += 1;
    if (redirect.origin !== url.origin) {
      const at = `${redirect.origin}${redirect.pathname}`;
      const words = `redirects to another origin, ${at}, where fuze does not follow: if you trust it, give that URL to --url`;
      this.end(new UpstreamError(`${shownUrl} ${words}`, false));
    } else if (this.redirects > MAX_REDIRECTS) {
      this.end(new UpstreamError(`${shownUrl} redirects again and again`, false));
    } else {
      this.path = `${redirect.pathname}${redirect.search}`;
      this.again();
    }
  }

  failed(error: Error, { isSent, wasTooLate }: Attempt): void {
    if (wasTooLate && !this.isAborted && this.isRepeatable()) {
      this.isRepeated = true;
      this.again();
      return;
    }
    const cause = this.isAborted ? 'the request was given up' : describeCause(error);
    const verb = isSent ? 'lost the connection to' : 'cannot reach';
    this.end(new UpstreamError(`${verb} ${this.to.shownUrl}: ${cause}`, isSent));
  }

  private isRepeatable(): boolean {
    const { repeatable = false } = this.options;
    return typeof repeatable === 'boolean' ? repeatable : repeatable();
  }

  /** Later, for the connections share a parser, which may be at work. */
  private again(): void {
    queueMicrotask(() => this.start());
  }

  private start(): void {
    const { host, connections, loaded } = this.to;
    if (connections === undefined) {
      void loaded.then(() => this.start());
      return;
    }
    const { method, headers, body = null } = this.options;
    const ready = headers instanceof OutgoingHeaders ? headers : new OutgoingHeaders(headers, host);
    // Where one kept connection was dead the others may be as well.
    const connection = this.isRepeated ? connections.make() : connections.take();
    this.attempt = new Attempt(connections, connection, this);
    this.attempt.start({
      path: this.path,
      method,
      headers: ready.list,
      body,
    });
    if (this.isAborted) this.attempt.abort();
  }

  private end(outcome: UpstreamAnswer | UpstreamError): void {
    if (this.isOver) return;
    this.isOver = true;
    if (outcome instanceof UpstreamError) this.hooks.failed(outcome);
    else this.hooks.answered(outcome);
  }
}
