import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { ErrorCode } from '../jsonrpc/error-code.js';
import { bearerMatches } from './bearer-token.js';
import { BodyIntake } from './body-intake.js';
import { HttpReply, type ReplyConnection } from './http-reply.js';
import type { ListenAddress } from './listen-address.js';
import { type RequestHead, RequestHeads } from './request-head.js';
import { RequestTargets } from './request-target.js';

/** A request that has passed the checks of the listener. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Without the length of the body; one object for all requests of a connection that say the same. */
  readonly headers: IncomingHttpHeaders;
  /** The same: names and values by turns, as they came. */
  readonly rawHeaders: readonly string[];
  /** Empty for a request without one. */
  readonly body: Buffer;
  readonly reply: HttpReply;
  /** Names the connection; never used twice. */
  readonly connection: string;
}

export interface ListenerOptions {
  readonly address: ListenAddress;
  /** The bearer token that clients must show; empty for none. */
  readonly token: () => string;
  readonly maxBodyBytes: () => number;
  readonly maxConnections: number;
  /** For tests that cannot wait so long. */
  readonly patience?: Patience;
  /** Paths that need no token: they tell nothing. */
  readonly open: ReadonlySet<string>;
  readonly onRequest: (request: HttpRequest) => void;
  readonly onConnectionClosed: (connection: string) => void;
}

/** Milliseconds. A client that is slower than this with its headers, or with the whole request, is cut off. */
export interface Patience {
  readonly headers: number;
  readonly request: number;
  /** How often to look. */
  readonly check: number;
}

/**
 * Node counts the time for the headers from the moment of the connection, which a client may well open ahead, or be slow
 * to use on a busy machine: a shorter one would turn a good request away with HTTP 408.
 */
const PATIENCE: Patience = { headers: 60_000, request: 60_000, check: 2_000 };
/** Longer than a client's own pause between two calls usually is. */
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 32_768;
const PROBE_MS = 30_000;
/** How long answers may take to leave once all are given. */
const LAST_BYTES_MS = 100;
const POLL_MS = 5;

interface ClientConnection extends ReplyConnection {
  readonly name: string;
  readonly heads: RequestHeads;
}

/** The HTTP server of `--listen`: checks who asks, reads bodies within bounds, and cuts off whoever is too slow. */
export class HttpListener {
  private readonly server: Server;
  private readonly connections = new Map<Socket, ClientConnection>();
  private lastConnection = 0;
  private readonly intake: BodyIntake;
  private readonly targets = new RequestTargets();

  constructor(private readonly options: ListenerOptions) {
    this.intake = new BodyIntake(options.maxBodyBytes);
    const { headers, request, check } = options.patience ?? PATIENCE;
    this.server = createServer(
      {
        headersTimeout: headers,
        requestTimeout: request,
        connectionsCheckingInterval: check,
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
        // A peer that vanished is found out even when nothing is sent to it.
        keepAlive: true,
        keepAliveInitialDelay: PROBE_MS,
        noDelay: true,
      },
      (incoming, response) => this.take(incoming, response),
    );
    this.server.maxConnections = options.maxConnections;
    this.server.on('connection', (socket) => this.welcome(socket));
  }

  /** Resolves with the port that was bound; rejects with the system's error. */
  listen(): Promise<number> {
    const { host, port } = this.options.address;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => {
        this.server.off('error', reject);
        const address = this.server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Takes no more connections; those without a request are closed. */
  stopListening(): void {
    this.server.close();
    this.server.closeIdleConnections();
  }

  /** Ends: what was answered may still arrive, then whatever is open is cut. */
  async close(): Promise<void> {
    const end = performance.now() + LAST_BYTES_MS;
    do {
      this.server.closeIdleConnections();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    } while (this.connections.size > 0 && performance.now() < end);
    this.server.closeAllConnections();
  }

  private welcome(socket: Socket): void {
    this.lastConnection += 1;
    const name = String(this.lastConnection);
    const heads = new RequestHeads(this.options.address);
    const connection = { name, heads, isClosing: false, queued: new Set<() => void>() };
    this.connections.set(socket, connection);
    socket.once('close', () => {
      this.connections.delete(socket);
      for (const closed of connection.queued) closed();
      this.options.onConnectionClosed(name);
    });
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.connections.get(request.socket);
    // It is gone already, or about to go.
    if (connection === undefined || connection.isClosing) return;
    const reply = new HttpReply(response, connection);
    const target = this.targets.read(request.url ?? '');
    if (target === undefined) {
      reply.refuse(400, ErrorCode.InvalidRequest, 'the target of the request is no path');
      return;
    }
    const head = connection.heads.read(request);
    const { rawHeaders, headers } = head;
    if (!this.isAllowed(request, head, target.path, reply)) return;
    this.intake.read(request, headers['content-encoding'], reply, (body) => {
      this.options.onRequest({
        method: request.method ?? '',
        path: target.path,
        query: target.query,
        headers,
        rawHeaders,
        body,
        reply,
        connection: connection.name,
      });
    });
  }

  private isAllowed(
    request: IncomingMessage,
    { headers, refusal }: RequestHead,
    path: string,
    reply: HttpReply,
  ): boolean {
    if (refusal !== undefined) {
      const { status, reason } = refusal;
      const code = status === 400 ? ErrorCode.InvalidRequest : ErrorCode.Refused;
      reply.refuseUnread(request, status, code, reason);
      return false;
    }
    const { token, open } = this.options;
    const expected = token();
    if (expected !== '' && !open.has(path) && !bearerMatches(headers.authorization, expected)) {
      const text = 'this listener needs its token: Authorization: Bearer <token>';
      reply.refuse(401, ErrorCode.Refused, text, {
        'www-authenticate': 'Bearer realm="fuze"',
      });
      return false;
    }
    return true;
  }
}
