import { type Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { requestHeaders } from './outgoing-headers.js';
import { redirectOf } from './redirect.js';
import { describeCause, UpstreamError } from './upstream-error.js';

/** One HTTP request to the server. */
export interface RequestOptions {
  readonly method: string;
  /** Names and values by turns, as in `IncomingMessage.rawHeaders`; those of the connection are set here. */
  readonly headers: readonly string[];
  /** Path and query; left out the URL's own. */
  readonly path?: string;
  readonly body?: Buffer;
  /** Whether it may be sent again when a kept connection turns out to be dead: not for what has effects. */
  readonly repeatable?: boolean;
  /** Whether a redirect within the origin is followed here, or is an answer like others; left out it is followed. */
  readonly redirects?: 'follow' | 'pass';
}

/** Who hears of a request. One of `answered` and `failed` is called, and once, and not before the request is made. */
export interface RequestHooks {
  /** Takes the head of the answer, its body to be read. */
  answered(response: IncomingMessage): void;
  failed(error: UpstreamError): void;
  /** The whole request has left. Not called for one that is answered before, or comes to nothing. */
  written?(): void;
}

/** Where requests go, and by which connections. */
export interface Destination {
  readonly url: URL;
  readonly origin: Origin;
  readonly agent: Agent;
  /** For people: without the query, which may hold a secret. */
  readonly shownUrl: string;
}

/** What a request needs to know of its URL, read once: every part of a URL is made when it is asked for. */
export interface Origin {
  readonly isTls: boolean;
  /** Without brackets. */
  readonly hostname: string;
  /** With the port, as for the Host header. */
  readonly host: string;
  readonly port: string;
}

/** How long a connection may take to be made, TLS included. */
const CONNECT_MS = 10_000;
const MAX_REDIRECTS = 3;
/** What can stand in the head of a final answer (RFC 9110, section 15); it could not be passed on otherwise. */
const LEAST_STATUS = 200;
const LEAST_REDIRECT = 300;
const MOST_STATUS = 599;

/** A request on its way, through `node:http`. */
export class OutgoingRequest {
  private current: ClientRequest | undefined;
  private aborted = false;
  private answered = false;
  private over = false;
  private redirects = 0;

  constructor(
    private readonly to: Destination,
    private readonly options: RequestOptions,
    private readonly hooks: RequestHooks,
  ) {
    const { path, repeatable } = options;
    this.start(path ?? `${to.url.pathname}${to.url.search}`, repeatable === true);
  }

  /** Closes its connection, also while the answer is read. */
  abort(): void {
    this.aborted = true;
    this.current?.destroy();
  }

  private start(path: string, mayRepeat: boolean): void {
    const { options, hooks } = this;
    const { agent, origin } = this.to;
    const { isTls, hostname, host, port } = origin;
    const { method, body } = options;
    let connected = false;
    let slow: NodeJS.Timeout | undefined;
    let outgoing: ClientRequest;
    try {
      const headers = requestHeaders(options.headers, host, method, body);
      const send = isTls ? tlsRequest : request;
      outgoing = send({ hostname, port, path, method, agent, headers });
    } catch (error) {
      process.nextTick(() => this.fail(error, false));
      return;
    }
    this.current = outgoing;
    const tooSlow = (): void => {
      if (!connected) outgoing.destroy(new Error(`no connection within ${CONNECT_MS / 1_000} s`));
    };
    const onConnected = (): void => {
      connected = true;
      clearTimeout(slow);
    };
    if (hooks.written !== undefined) outgoing.on('finish', () => hooks.written?.());
    outgoing.on('socket', (socket) => {
      if (socket.connecting) {
        slow = setTimeout(tooSlow, CONNECT_MS);
        socket.once(isTls ? 'secureConnect' : 'connect', onConnected);
      } else connected = true;
    });
    outgoing.on('response', (response) => this.take(response, path));
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy();
      this.fail(new Error('it answers in another protocol than HTTP'), true);
    });
    // More than one can come; only the first is heard.
    outgoing.on('error', (error) => {
      clearTimeout(slow);
      const wasDead = outgoing.reusedSocket && !this.answered && !this.aborted;
      if (mayRepeat && wasDead) this.start(path, false);
      else this.fail(error, connected);
    });
    outgoing.end(body);
  }

  private take(response: IncomingMessage, path: string): void {
    this.answered = true;
    // A body that breaks is the reader's to hear of, if one listens.
    response.on('error', () => {});
    const { url, shownUrl } = this.to;
    const { statusCode: status = 0 } = response;
    if (status < LEAST_STATUS || status > MOST_STATUS) {
      this.current?.destroy();
      const words = `answered with the status ${status}, which is none of HTTP`;
      this.end(new UpstreamError(`${shownUrl} ${words}`, true));
      return;
    }
    const isFollowed = this.options.redirects !== 'pass' && status >= LEAST_REDIRECT;
    const redirect = isFollowed
      ? redirectOf(response, this.options.method, new URL(path, url))
      : undefined;
    if (redirect === undefined) {
      this.end(response);
      return;
    }
    response.resume();
    this.redirects += 1;
    if (redirect.origin !== url.origin) {
      const at = `${redirect.origin}${redirect.pathname}`;
      const words = `redirects to another origin, ${at}, where fuze does not follow: if you trust it, give that URL to --url`;
      this.end(new UpstreamError(`${shownUrl} ${words}`, false));
    } else if (this.redirects > MAX_REDIRECTS) {
      this.end(new UpstreamError(`${shownUrl} redirects again and again`, false));
    } else this.start(`${redirect.pathname}${redirect.search}`, false);
  }

  private fail(error: unknown, mayHaveRun: boolean): void {
    const cause = this.aborted ? 'the request was given up' : describeCause(error);
    const verb = mayHaveRun ? 'lost the connection to' : 'cannot reach';
    this.end(new UpstreamError(`${verb} ${this.to.shownUrl}: ${cause}`, mayHaveRun));
  }

  private end(outcome: IncomingMessage | UpstreamError): void {
    if (this.over) return;
    this.over = true;
    if (outcome instanceof UpstreamError) this.hooks.failed(outcome);
    else this.hooks.answered(outcome);
  }
}
