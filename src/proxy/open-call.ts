import type { Decision } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import type { KeptMessage } from './kept-message.js';

/** A `tools/call` on its way through fuze, from its arrival to its record in the trace. */
export interface OpenCall {
  readonly message: KeptMessage;
  readonly run: Run;
  /** See `runKey`. */
  readonly runKey: string;
  readonly decision: Extract<Decision, { action: 'allow' | 'warn' }>;
  /** Monotonic milliseconds of its arrival, in the first round. */
  readonly arrivedAt: number;
  /** The round that is under way, from 1, and the `requestState` that it came with. */
  readonly round: { readonly number: number; readonly state: string | undefined };
}
