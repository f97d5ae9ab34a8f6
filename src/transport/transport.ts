import type { Frame } from '../jsonrpc/framing.js';

/** Who listens to one side of the splice. All methods are called synchronously, in the order of arrival. */
export interface TransportHandler {
  /** Every message that one chunk completed. */
  messages(frames: readonly Frame[]): void;
  /** A backlog that was over the mark has gone. */
  drained(): void;
  /** Nothing more will come from the other side. */
  ended(): void;
}

/** One side of the splice, client or server: takes and delivers whole messages, in order. */
export interface Transport {
  start(handler: TransportHandler): void;
  /** Queues a message; nothing leaves before `flush`. */
  send(message: Buffer | string): void;
  /** Writes all that is queued, as one write. */
  flush(): void;
  /** Bytes that the other side has not taken yet. */
  readonly backlog: number;
  /** Stops and restarts reading, so that a slow reader on the far side makes this one wait. */
  pause(): void;
  resume(): void;
  /** No message will follow: tells the other side after all that was sent. */
  end(): void;
}
