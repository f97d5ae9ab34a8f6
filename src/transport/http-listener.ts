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
import { HttpReply } from './http-reply.js';
import {
  hostAllowed,
  type ListenAddress,
  originAllowed,
  sentByStranger,
} from './listen-address.js';
import { repeatedHeader } from './repeated-header.js';
import { RequestTargets } from './request-target.js';

/** A request that has passed the checks of the listener. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Names and values by turns, as they came. */
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

const PATIENCE: Patience = { headers: 10_000, request: 60_000, check: 2_000 };
/** Longer than a client's own pause between two calls usually is. */
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 32_768;
const PROBE_MS = 30_000;
/** How long answers may take to leave once all are given. */
const LAST_BYTES_MS = 100;
const POLL_MS = 5;

/** The HTTP server of `--listen`: checks who asks, reads bodies within bounds, and cuts off whoever is too slow. */
export class HttpListener {
  private readonly server: Server;
  private readonly connections = new Map<Socket, string>();
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
      (incoming, response) => void this.take(incoming, response),
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
    const connection = String(this.lastConnection);
    this.connections.set(socket, connection);
    socket.once('close', () => {
      this.connections.delete(socket);
      this.options.onConnectionClosed(connection);
    });
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = new HttpReply(response);
    const target = this.targets.read(request.url ?? '');
    if (target === undefined) {
      reply.refuse(400, ErrorCode.InvalidRequest, 'the target of the request is no path');
      return;
    }
    const repeated = repeatedHeader(request.rawHeaders);
    if (repeated !== undefined) {
      const text = `the header ${repeated} stands twice, and either could be meant`;
      reply.refuse(400, ErrorCode.InvalidRequest, text, { connection: 'close' });
      return;
    }
    if (!this.isAllowed(request, target.path, reply)) return;
    const body = await this.intake.read(request, reply);
    if (body === undefined) return;
    this.options.onRequest({
      method: request.method ?? '',
      path: target.path,
      query: target.query,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body,
      reply,
      connection: this.connections.get(request.socket) ?? '',
    });
  }

  /** Refuses what must not come in: DNS rebinding first, for even an answer about the token would tell something. */
  private isAllowed({ headers }: IncomingMessage, path: string, reply: HttpReply): boolean {
    const { address, token, open } = this.options;
    if (!hostAllowed(headers.host, address)) {
      const text = `the Host header is ${JSON.stringify(headers.host ?? '')}; this listener is for this machine only`;
      reply.refuse(403, ErrorCode.Refused, text, { connection: 'close' });
      return false;
    }
    if (!originAllowed(headers.origin, headers.host, address) || sentByStranger(headers)) {
      const origin = JSON.stringify(headers.origin ?? 'another site');
      const text = `pages of ${origin} may not use this listener`;
      reply.refuse(403, ErrorCode.Refused, text, { connection: 'close' });
      return false;
    }
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
