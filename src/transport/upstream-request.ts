import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request } from 'node:http';
import { Agent as HttpsAgent, request as tlsRequest } from 'node:https';
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
  readonly signal?: AbortSignal;
  /** Whether a redirect within the origin is followed here, or is an answer like others; left out it is followed. */
  readonly redirects?: 'follow' | 'pass';
}

/** A request on its way. */
export interface UpstreamRequest {
  /** Head of the answer, its body to be read; rejects with UpstreamError. */
  readonly response: Promise<IncomingMessage>;
  /** Resolves when the whole request has left, or was answered before, or came to nothing. Never rejects. */
  readonly written: Promise<void>;
  /** Closes its connection, also while the answer is read. */
  abort(): void;
}

/** How long a connection may take to be made, TLS included. */
const CONNECT_MS = 10_000;
/** Below the five seconds after which most servers close a connection: theirs and our use must not cross. */
const KEPT_MS = 4_000;
const MAX_REDIRECTS = 3;
/** What can stand in the head of a final answer (RFC 9110, section 15); it could not be passed on otherwise. */
const LEAST_STATUS = 200;
const MOST_STATUS = 599;

/** What a request needs to know of its URL, read once: every part of a URL is made when it is asked for. */
interface Origin {
  readonly isTls: boolean;
  readonly hostname: string;
  /** With the port, as for the Host header. */
  readonly host: string;
  readonly port: string;
}

/** The one origin that fuze was told to connect to, and its kept connections. Nothing goes anywhere else. */
export class UpstreamTarget {
  private readonly agent: HttpAgent;
  private readonly origin: Origin;

  /** @param url http or https */
  constructor(readonly url: URL) {
    const options = { keepAlive: true, timeout: KEPT_MS };
    const { protocol, hostname, host, port } = url;
    const isTls = protocol === 'https:';
    this.agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
    // Brackets stand round IPv6 addresses in URLs only.
    this.origin = { isTls, hostname: hostname.replace(/^\[|\]$/g, ''), host, port };
  }

  /** For people: without the query, which may hold a secret. */
  get shownUrl(): string {
    return `${this.url.origin}${this.url.pathname}`;
  }

  request(options: RequestOptions): UpstreamRequest {
    return new OutgoingRequest(this, this.origin, this.agent, options);
  }

  /** Closes all connections, those in use too. */
  close(): void {
    this.agent.destroy();
  }
}

class OutgoingRequest implements UpstreamRequest {
  readonly response: Promise<IncomingMessage>;
  readonly written: Promise<void>;
  private markWritten: () => void = () => {};
  private resolve: (response: IncomingMessage) => void = () => {};
  private reject: (error: UpstreamError) => void = () => {};
  private current: ClientRequest | undefined;
  private aborted = false;
  private answered = false;
  private redirects = 0;

  constructor(
    private readonly target: UpstreamTarget,
    private readonly origin: Origin,
    private readonly agent: HttpAgent,
    private readonly options: RequestOptions,
  ) {
    this.written = new Promise((resolve) => {
      this.markWritten = resolve;
    });
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever only waits for `written` has not to handle what became of it.
    this.response.catch(() => {});
    const { signal, path } = options;
    signal?.addEventListener('abort', () => this.abort(), { once: true });
    this.start(path ?? `${target.url.pathname}${target.url.search}`, options.repeatable === true);
    if (signal?.aborted === true) this.abort();
  }

  abort(): void {
    this.aborted = true;
    this.current?.destroy();
  }

  private start(path: string, mayRepeat: boolean): void {
    const { agent, options } = this;
    const { isTls, hostname, host, port } = this.origin;
    const { method, body } = options;
    let connected = false;
    let slow: NodeJS.Timeout | undefined;
    let outgoing: ClientRequest;
    try {
      const headers = requestHeaders(options.headers, host, method, body);
      const send = isTls ? tlsRequest : request;
      outgoing = send({ hostname, port, path, method, agent, headers });
    } catch (error) {
      this.fail(error, false);
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
    outgoing.once('finish', () => this.markWritten());
    outgoing.once('socket', (socket) => {
      if (socket.connecting) {
        slow = setTimeout(tooSlow, CONNECT_MS);
        socket.once(isTls ? 'secureConnect' : 'connect', onConnected);
      } else connected = true;
    });
    outgoing.once('response', (response) => this.take(response, path));
    outgoing.once('upgrade', (_, socket) => {
      socket.destroy();
      this.fail(new Error('it answers in another protocol than HTTP'), true);
    });
    // More than one can come; only the first has a listener that matters.
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
    this.markWritten();
    // A body that breaks is the reader's to hear of, if one listens.
    response.on('error', () => {});
    const { statusCode: status = 0 } = response;
    if (status < LEAST_STATUS || status > MOST_STATUS) {
      this.current?.destroy();
      const words = `answered with the status ${status}, which is none of HTTP`;
      this.reject(new UpstreamError(`${this.target.shownUrl} ${words}`, true));
      return;
    }
    const { method, redirects } = this.options;
    const redirect =
      redirects === 'pass'
        ? undefined
        : redirectOf(response, method, new URL(path, this.target.url));
    if (redirect === undefined) {
      this.resolve(response);
      return;
    }
    response.resume();
    this.redirects += 1;
    if (redirect.origin !== this.target.url.origin) {
      const to = `${redirect.origin}${redirect.pathname}`;
      const words = `redirects to another origin, ${to}, where fuze does not follow: if you trust it, give that URL to --url`;
      this.reject(new UpstreamError(`${this.target.shownUrl} ${words}`, false));
    } else if (this.redirects > MAX_REDIRECTS) {
      this.reject(new UpstreamError(`${this.target.shownUrl} redirects again and again`, false));
    } else this.start(`${redirect.pathname}${redirect.search}`, false);
  }

  private fail(error: unknown, mayHaveRun: boolean): void {
    this.markWritten();
    const cause = this.aborted ? 'the request was given up' : describeCause(error);
    const verb = mayHaveRun ? 'lost the connection to' : 'cannot reach';
    this.reject(new UpstreamError(`${verb} ${this.target.shownUrl}: ${cause}`, mayHaveRun));
  }
}
