import type { Frame } from '../jsonrpc/framing.js';
import type { IdKey, RequestId } from '../jsonrpc/id.js';
import type { ReceivedLine } from '../jsonrpc/line.js';

/**
 * The HTTP request by which messages came, and on which their answers go back. On a pipe there is only one way,
 * and messages have none.
 */
export interface Via {
  /** The session that it belongs to, where the protocol has sessions. */
  readonly session: string | undefined;
  /** What the configured `run_header` says. */
  readonly runName: string | undefined;
  /** The client's connection: never the same for two clients. */
  readonly connection: string;
  /** True for a stream that its client has taken up again: what it missed is said there once more. */
  readonly isResumed: boolean;
  /** One more request that came this way waits for its answer; `key` as in `RequestId`. */
  expect(key: IdKey): void;
  /** That one waits no more. */
  settled(key: IdKey): void;
  /** A request that came this way beside others is answered by fuze, and never waited. */
  refused(): void;
  /** What came is no message; HTTP has a status for that. */
  malformed(): void;
}

/** Some of the requests that came one way. */
export interface SomeRequests {
  readonly via: Via;
  /** `key` as in `RequestId`. */
  has(key: IdKey): boolean;
}

/** Why requests will get no answer from the server. */
export interface Loss {
  /** For people. */
  readonly reason: string;
  /** Short, for the account: `HTTP 401`. */
  readonly errorClass: string;
  /** Whether the server may have begun what it was asked: one that could not be reached has not. */
  readonly mayHaveRun: boolean;
  /** Whether the client has been told, by a status that was passed on. */
  readonly told: boolean;
}

/** Who listens to one side of the splice. All methods are called synchronously, in the order of arrival. */
export interface TransportHandler {
  /** Every message that one chunk completed. */
  messages(frames: readonly Frame[], via?: Via): void;
  /** A backlog that was over the mark has gone. */
  drained(): void;
  /** Server side: nothing will answer these requests. */
  lost(requests: readonly RequestId[] | SomeRequests, loss: Loss): void;
  /** Client side: whoever sent these requests has left, and that cancels them (2026-07-28, over HTTP). */
  left(via: Via): void;
  /** Nothing more will come from the other side. */
  ended(): void;
}

/** One side of the splice, client or server: takes and delivers whole messages, in order. */
export interface Transport {
  /** Set where its messages lie in memory that is used again when it reads on: it must wait while anybody has one. */
  readonly lends?: boolean;
  /** Set where each of its messages comes by a connection of its own, and so alone. */
  readonly comeAlone?: boolean;
  start(handler: TransportHandler): void;
  /**
   * Queues a message; nothing leaves before `flush`. A buffer goes out as it came in, and must stay as it is while there
   * is a backlog; text is framed here.
   */
  send(message: Buffer | string, via?: Via): void;
  /** The same for a line that came from the other side, where messages are lines here too. */
  pass?(line: ReceivedLine): void;
  /** Lets out all that is queued. */
  flush(): void;
  /** Bytes that the other side has not taken yet. */
  readonly backlog: number;
  /** Stops and restarts reading, so that a slow reader on the far side makes this one wait. */
  pause(): void;
  resume(): void;
  /** No message will follow: tells the other side after all that was sent. */
  end(): void;
}

/** The side that a server is on. */
export interface ServerTransport extends Transport {
  /** Tells the server, in the way of the transport, that nobody waits for this request any more. */
  cancel(request: RequestId, reason: string, via?: Via): void;
}
