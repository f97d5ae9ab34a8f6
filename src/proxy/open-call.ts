import type { Decision } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import type { CallMessage } from '../jsonrpc/client-message.js';

/** A `tools/call` on its way through fuze, from its arrival to its record in the trace. */
export interface OpenCall {
  readonly message: CallMessage;
  readonly run: Run;
  readonly decision: Extract<Decision, { action: 'allow' | 'warn' }>;
  /** Monotonic milliseconds of its arrival. */
  readonly arrivedAt: number;
}
