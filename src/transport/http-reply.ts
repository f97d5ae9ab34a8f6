import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ErrorCode } from '../jsonrpc/error-code.js';
import { errorReply } from '../jsonrpc/reply.js';

const JSON_TYPE = { 'content-type': 'application/json' } as const;
/** No proxy on the way may hold events back (facts/mcp.md, "HTTP rules"). */
const EVENT_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;
/** Longer bodies cost more to copy than a second piece. */
const ONE_PIECE_BYTES = 2_048;
/** How long a client may go on to send what nobody reads. */
const LINGER_MS = 1_000;
const KEEP_ALIVE = ': keep-alive\n\n';

/** By name, or as names and values by turns: those of another server's answer, which are sent as they are. */
export type ReplyHeaders = OutgoingHttpHeaders | readonly string[];

/** The connection that an answer goes back on. */
export interface ReplyConnection {
  /** Set with the last answer: what the client sends behind it is nobody's business. */
  isClosing: boolean;
  /** To be called when it closes: an answer that waits behind others on it hears nothing of that by itself. */
  readonly queued: Set<() => void>;
}

/** The answer to one HTTP request: a body at once, or a stream of events. Nothing is written to a client that left. */
export class HttpReply {
  /** Sent with whatever answer is given. */
  readonly headers: Record<string, string> = {};

  private closing: ((early: boolean) => void)[] = [];

  constructor(
    private readonly response: ServerResponse,
    private readonly connection: ReplyConnection,
  ) {
    const closed = (): void => {
      const { closing } = this;
      this.closing = [];
      connection.queued.delete(closed);
      const early = !response.writableFinished;
      for (const then of closing) then(early);
    };
    response.on('error', () => {});
    response.on('close', closed);
    if (response.socket === null) connection.queued.add(closed);
  }

  /** True once a status is out. */
  get begun(): boolean {
    return this.response.headersSent;
  }

  /** True once all is said, or the client has left. */
  get over(): boolean {
    return this.response.writableEnded || this.response.destroyed;
  }

  /** Bytes that the client has not taken yet. */
  get backlog(): number {
    return this.response.writableLength;
  }

  /** Calls back once when the exchange is over; `early` when the client left before all was said. */
  onClose(then: (early: boolean) => void): void {
    this.closing.push(then);
  }

  onDrain(then: () => void): void {
    this.response.on('drain', then);
  }

  /** A status without a body. */
  empty(status: number, headers: OutgoingHttpHeaders = {}): void {
    if (this.begun || this.over) return;
    this.response.writeHead(status, { ...this.headers, ...headers });
    this.response.end();
  }

  json(status: number, body: Buffer | string, headers: OutgoingHttpHeaders = {}): void {
    this.whole(status, body, { ...JSON_TYPE, ...headers });
  }

  /** An error of fuze's own, in words. */
  refuse(status: number, code: ErrorCode, reason: string, headers: OutgoingHttpHeaders = {}): void {
    this.json(status, errorReply(null, code, `fuze: ${reason}`), headers);
  }

  /**
   * The same to a client whose body is not read, as the last answer on its connection. What is on its way runs out first,
   * or a while passes: a connection that is closed with bytes unread is reset, and a client that sends may lose the
   * answer with it (RFC 9112, section 9.6).
   */
  refuseUnread(
    request: IncomingMessage,
    status: number,
    code: ErrorCode,
    reason: string,
    headers: OutgoingHttpHeaders = {},
  ): void {
    const { response } = this;
    if (this.begun || this.over) return;
    this.connection.isClosing = true;
    const body = errorReply(null, code, `fuze: ${reason}`);
    const length = Buffer.byteLength(body);
    const all = { ...this.headers, ...JSON_TYPE, ...headers, connection: 'close' };
    response.writeHead(status, { ...all, 'content-length': length });
    response.write(body);
    const end = (): void => {
      clearTimeout(timer);
      this.end();
    };
    const timer = setTimeout(end, LINGER_MS);
    request.once('end', end).once('close', end).resume();
  }

  /** A body of any type, perhaps in pieces. */
  whole(status: number, body: readonly Buffer[] | Buffer | string, headers: ReplyHeaders): void {
    const { response } = this;
    if (this.begun || this.over) return;
    const pieces = typeof body === 'string' || Buffer.isBuffer(body) ? [body] : body;
    const bytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
    const length = String(bytes);
    if (isList(headers)) response.writeHead(status, [...headers, 'Content-Length', length]);
    else response.writeHead(status, { ...this.headers, ...headers, 'content-length': length });
    const [first, ...more] = pieces;
    // node:http puts a text and the head into one piece, which costs less to write than two.
    if (more.length === 0 && Buffer.isBuffer(first) && bytes <= ONE_PIECE_BYTES) {
      response.end(first.toString('latin1'), 'latin1');
    } else if (more.length === 0) {
      response.end(first);
    } else {
      response.cork();
      for (const piece of pieces) response.write(piece);
      response.end();
    }
  }

  /** Begins a body that is sent in pieces. */
  begin(status: number, headers: ReplyHeaders): void {
    if (this.begun || this.over) return;
    if (isList(headers)) this.response.writeHead(status, [...headers]);
    else this.response.writeHead(status, { ...this.headers, ...headers });
    this.response.flushHeaders();
  }

  beginEvents(): void {
    this.begin(200, EVENT_HEADERS);
  }

  write(bytes: Buffer | string): void {
    if (!this.over) this.response.write(bytes);
  }

  /** A comment, so that nobody on the way takes the silence for the end. */
  keepAlive(): void {
    this.write(KEEP_ALIVE);
  }

  end(): void {
    if (!this.over) this.response.end();
  }

  /** Cuts a client off. */
  cut(): void {
    this.response.destroy();
  }
}

function isList(headers: ReplyHeaders): headers is readonly string[] {
  return Array.isArray(headers);
}
