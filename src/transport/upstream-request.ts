import type { KeptConnections } from './kept-connections.js';
import {
  type Destination,
  OutgoingRequest,
  type RequestHooks,
  type RequestOptions,
} from './outgoing-request.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** A request on its way. */
export interface UpstreamRequest {
  /** Head of the answer, its body to be read; rejects with UpstreamError. */
  readonly response: Promise<UpstreamAnswer>;
  /** Resolves when the whole request has left, or was answered before, or came to nothing. Never rejects. */
  readonly written: Promise<void>;
  /** Closes its connection, also while the answer is read. */
  abort(): void;
}

/** The same where hooks take the answer. */
export type SentRequest = Pick<UpstreamRequest, 'abort'>;

/** The one origin that fuze was told to connect to, and its kept connections. Nothing goes anywhere else. */
export class UpstreamTarget implements Destination {
  readonly host: string;
  /** Undefined until `loaded`. */
  connections: KeptConnections | undefined;
  /** The client of HTTP is large, and needed here only. */
  readonly loaded: Promise<void>;
  private isClosed = false;

  /** @param url http or https */
  constructor(readonly url: URL) {
    this.host = url.host;
    this.loaded = this.load();
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
    const response = new Promise<UpstreamAnswer>((resolve, reject) => {
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
    this.isClosed = true;
    this.connections?.close();
  }

  private async load(): Promise<void> {
    const { KeptConnections } = await import('./kept-connections.js');
    this.connections = new KeptConnections(this.url.origin);
    if (this.isClosed) this.connections.close();
  }
}
