import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  type Destination,
  type Origin,
  OutgoingRequest,
  type RequestHooks,
  type RequestOptions,
} from './outgoing-request.js';

/** A request on its way. */
export interface UpstreamRequest {
  /** Head of the answer, its body to be read; rejects with UpstreamError. */
  readonly response: Promise<IncomingMessage>;
  /** Resolves when the whole request has left, or was answered before, or came to nothing. Never rejects. */
  readonly written: Promise<void>;
  /** Closes its connection, also while the answer is read. */
  abort(): void;
}

/** The same where hooks take the answer. */
export type SentRequest = Pick<UpstreamRequest, 'abort'>;

/** Below the five seconds after which most servers close a connection: theirs and our use must not cross. */
const KEPT_MS = 4_000;

/** The one origin that fuze was told to connect to, and its kept connections. Nothing goes anywhere else. */
export class UpstreamTarget implements Destination {
  readonly agent: HttpAgent;
  readonly origin: Origin;

  /** @param url http or https */
  constructor(readonly url: URL) {
    const options = { keepAlive: true, timeout: KEPT_MS };
    const { protocol, hostname, host, port } = url;
    const isTls = protocol === 'https:';
    this.agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
    // Brackets stand round IPv6 addresses in URLs only.
    this.origin = { isTls, hostname: hostname.replace(/^\[|\]$/g, ''), host, port };
  }

  get shownUrl(): string {
    return `${this.url.origin}${this.url.pathname}`;
  }

  /** For whoever has many to send: without a promise for each. */
  send(options: RequestOptions, hooks: RequestHooks): SentRequest {
    return new OutgoingRequest(this, options, hooks);
  }

  /** `signal` gives the request up. */
  request({
    signal,
    ...options
  }: RequestOptions & { readonly signal?: AbortSignal }): UpstreamRequest {
    let markWritten: () => void = () => {};
    const written = new Promise<void>((resolve) => {
      markWritten = resolve;
    });
    let sent: SentRequest | undefined;
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      sent = this.send(options, {
        written: markWritten,
        answered: (answer) => {
          markWritten();
          resolve(answer);
        },
        failed: (error) => {
          markWritten();
          reject(error);
        },
      });
    });
    // Whoever only waits for `written` has not to handle what became of it.
    response.catch(() => {});
    const abort = (): void => sent?.abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    return { response, written, abort };
  }

  /** Closes all connections, those in use too. */
  close(): void {
    this.agent.destroy();
  }
}
