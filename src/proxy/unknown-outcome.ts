import type { CallOutcome } from '../evidence/trace-payload.js';
import type { UnknownReason } from '../guard/tool-call.js';

/** How the trace names a call of which nobody knows whether it took effect. */
export const OUTCOME_OF_UNKNOWN: Readonly<Record<UnknownReason, CallOutcome>> = {
  timeout: 'timeout',
  cancelled: 'cancelled',
  'server exited': 'server_exited',
  'connection lost': 'server_exited',
  'given up': 'cancelled',
  'fuze stopped': 'shutdown',
};
