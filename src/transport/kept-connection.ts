import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';

/** How long a connection may take to be made, TLS included. */
export const CONNECT_MS = 10_000;
/** Below the five seconds after which most servers close a connection: theirs and our use must not cross. */
const KEPT_MS = 4_000;
/** So much sooner than the server announces to close it. */
const SOONER_MS = 500;
/** A peer that vanished is found out even when nothing is sent to it. */
const PROBE_MS = 30_000;

const connect = buildConnector({ timeout: CONNECT_MS, keepAliveInitialDelay: PROBE_MS });

/** A connection to the server, for one request after the other; it is made, and made anew, when it is needed. */
export class KeptConnection {
  private socket: Socket | undefined;
  private requests = 0;
  private readonly client: Client;

  /** `onClosed` is called when the server, or time, has closed it; not for `close`. */
  constructor(origin: string, onClosed: (connection: KeptConnection) => void) {
    this.client = new Client(origin, {
      // A call may take as long as it takes, and a stream may be silent: the guard has limits of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEPT_MS,
      keepAliveMaxTimeout: KEPT_MS,
      keepAliveTimeoutThreshold: SOONER_MS,
      connect: (options, then) =>
        connect(options, (error, socket) => {
          if (error !== null) {
            then(error, null);
            return;
          }
          this.socket = socket;
          this.requests = 0;
          then(null, socket);
        }),
    });
    this.client.on('disconnect', () => {
      this.socket = undefined;
      onClosed(this);
    });
  }

  send(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.client.dispatch(options, handler);
  }

  /** Counts a request as it is written; true for one that is not the first, so that the server may have closed before. */
  use(): boolean {
    this.requests += 1;
    return this.requests > 1;
  }

  /** True when everything has left that was written. */
  get isWritten(): boolean {
    return this.socket?.writableLength === 0;
  }

  /** Calls back when what was written has left, but for what fits into a buffer. */
  onceWritten(then: () => void): void {
    if (this.socket?.writableNeedDrain === true) this.socket.once('drain', then);
    else then();
  }

  /** Also while it is in use. */
  close(): void {
    this.client.destroy(null, () => {});
  }
}
