import type { Settings } from '../config/settings.js';
import type { Trip } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import type { Line } from '../jsonrpc/line.js';
import type { CallSettler } from './call-settler.js';
import type { Deadlines } from './deadlines.js';
import type { LongCalls } from './long-calls.js';
import type { PendingRequest } from './pending-requests.js';
import type { Recorder } from './recorder.js';
import type { RunKeeper } from './run-keeper.js';
import type { ToolCatalog } from './tool-catalog.js';

/** What a guarded call needs around it. */
export interface CallGuardOptions {
  readonly settings: () => Settings;
  readonly runs: RunKeeper;
  readonly catalog: ToolCatalog;
  readonly recorder: Recorder;
  readonly settler: CallSettler;
  readonly longCalls: LongCalls;
  readonly deadlines: Deadlines;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Sends a call that was held to the server. */
  readonly forward: (sent: Pick<Line, 'raw'>, request: PendingRequest) => void;
  /** Answers a request and forgets it. */
  readonly answer: (request: PendingRequest, text: string) => void;
  readonly onTrip: (trip: Trip, run: Run) => void;
  /** A run was killed or a killed run called again. */
  readonly onKill: () => void;
  /** Runs something that did not come from a message, and sends what it left to send. */
  readonly turn: (work: () => void) => void;
}
