import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { ErrorCode } from '../jsonrpc/error-code.js';
import { errorReply } from '../jsonrpc/reply.js';
import { bearerMatches } from './bearer-token.js';
import { HttpReply } from './http-reply.js';
import { hostAllowed, type ListenAddress, originAllowed } from './listen-address.js';
import { readBody } from './read-body.js';
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
  /** Paths that need no token: they tell nothing. */
  readonly open: ReadonlySet<string>;
  readonly onRequest: (request: HttpRequest) => void;
  readonly onConnectionClosed: (connection: string) => void;
}

/** A client that is slower than this with its headers, or with the whole request, is cut off. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const CHECK_MS = 2_000;
/** Longer than a client's own pause between two calls usually is. */
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 32_768;
/** Bodies being read at one time, in full sizes of a message. */
const BODIES_AT_ONCE = 4;
/** What a body without `Content-Length` is counted as. */
const UNKNOWN_BODY_BYTES = 1 << 20;
const PROBE_MS = 30_000;
/** How long answers may take to leave once all are given. */
const LAST_BYTES_MS = 100;
const POLL_MS = 5;

function refusal(code: ErrorCode, text: string): string {
  return errorReply(null, code, `fuze: ${text}`);
}

/** The HTTP server of `--listen`: checks who asks, reads bodies within bounds, and cuts off whoever is too slow. */
export class HttpListener {
  private readonly server: Server;
  private readonly connections = new Map<Socket, string>();
  private lastConnection = 0;
  private bodyBytes = 0;
  private readonly targets = new RequestTargets();

  constructor(private readonly options: ListenerOptions) {
    this.server = createServer(
      {
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: CHECK_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
        // A peer that vanished is found out even when nothing is sent to it.
        keepAlive: true,
        keepAliveInitialDelay: PROBE_MS,
        noDelay: true,
      },
      (request, response) => void this.take(request, response),
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
      reply.json(400, refusal(ErrorCode.InvalidRequest, 'the target of the request is no path'));
      return;
    }
    if (!this.isAllowed(request, target.path, reply)) return;
    const body = await this.readBody(request, reply);
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
      reply.json(403, refusal(ErrorCode.Refused, text), { connection: 'close' });
      return false;
    }
    if (!originAllowed(headers.origin, headers.host, address)) {
      const text = `pages of ${JSON.stringify(headers.origin ?? '')} may not use this listener`;
      reply.json(403, refusal(ErrorCode.Refused, text), { connection: 'close' });
      return false;
    }
    const expected = token();
    if (expected !== '' && !open.has(path) && !bearerMatches(headers.authorization, expected)) {
      const text = 'this listener needs its token: Authorization: Bearer <token>';
      reply.json(401, refusal(ErrorCode.Refused, text), {
        'www-authenticate': 'Bearer realm="fuze"',
      });
      return false;
    }
    return true;
  }

  /** Undefined when it was answered here, or the client has left. */
  private async readBody(request: IncomingMessage, reply: HttpReply): Promise<Buffer | undefined> {
    const { headers } = request;
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding.toLowerCase() !== 'identity') {
      // Whoever forwards what it cannot read can be walked around.
      const text = `the body has the encoding ${encoding}; send it as it is`;
      const close = { 'accept-encoding': 'identity', connection: 'close' };
      reply.json(415, refusal(ErrorCode.InvalidRequest, text), close);
      return undefined;
    }
    const limit = this.options.maxBodyBytes();
    const declared = Number(headers['content-length'] ?? 0);
    const reserved = headers['transfer-encoding'] === undefined ? declared : UNKNOWN_BODY_BYTES;
    if (this.bodyBytes + reserved > BODIES_AT_ONCE * limit && this.bodyBytes > 0) {
      const text = 'too many large requests at once; try again in a moment';
      reply.json(503, refusal(ErrorCode.Refused, text), {
        'retry-after': '1',
        connection: 'close',
      });
      return undefined;
    }
    this.bodyBytes += reserved;
    const body = await readBody(request, limit);
    this.bodyBytes -= reserved;
    if (body === 'aborted') return undefined;
    if (body === 'too large') {
      const text = `the body is above max_message_bytes (${limit})`;
      reply.json(413, refusal(ErrorCode.InvalidRequest, text), { connection: 'close' });
      return undefined;
    }
    return body;
  }
}
