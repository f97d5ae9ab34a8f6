import type { ServerTransport } from './transport.js';
import type { UpstreamTarget } from './upstream-request.js';

/** How to reach a remote server. */
export interface RemoteOptions {
  readonly target: UpstreamTarget;
  readonly maxMessageBytes: number;
  /** Headers that the user wants on every request, names and values by turns; asked for each. */
  readonly headers: () => readonly string[];
}

/** A remote server, whatever its transport. */
export interface RemoteTransport extends ServerTransport {
  /** Sends what is left and ends everything, within half a second. */
  close(): Promise<void>;
}
