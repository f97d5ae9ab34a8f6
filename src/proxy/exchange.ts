import type { Settings } from '../config/settings.js';
import type { IdKey } from '../jsonrpc/id.js';
import type { Line } from '../jsonrpc/line.js';
import type { Via } from '../transport/transport.js';
import type { CallGuard } from './call-guard.js';
import type { Deadlines } from './deadlines.js';
import type { Log } from './log.js';
import type { PendingRequest, PendingRequests } from './pending-requests.js';
import type { Recorder } from './recorder.js';
import type { SamplingMeter } from './sampling-meter.js';
import type { ToolCatalog } from './tool-catalog.js';

/** What both sides of a session share. */
export interface Exchange {
  readonly settings: () => Settings;
  readonly log: Log;
  readonly pending: PendingRequests;
  readonly catalog: ToolCatalog;
  readonly deadlines: Deadlines;
  readonly recorder: Recorder;
  readonly guard: CallGuard;
  /** Keys of the ids of the server's own requests that the client has not answered. */
  readonly serverRequests: Set<IdKey>;
  readonly sampling: SamplingMeter;
  /** Why no request can be answered by the server any more; undefined while it can. */
  readonly gone: () => string | undefined;
  readonly onRefusedGone: () => void;
  readonly onInitialize: (params: unknown) => void;
  /** A line goes as it came, text is framed. */
  toServer(message: Line | string, via: Via | undefined): void;
  toClient(message: Line | string, via: Via | undefined): void;
  /** Tells the server that nobody waits for this request any more. */
  cancelAtServer(request: PendingRequest, reason: string): void;
  /** Answers a request of the client in the way it came, and forgets it. */
  answer(request: PendingRequest, text: string): void;
  /** What a server wrote that is no message. */
  noise(bytes: Buffer): void;
}
