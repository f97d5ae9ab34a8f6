import type { Stopped } from '../guard/decision.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import { refusalReply, replayReply } from './refusal.js';

/**
 * What the client is answered for a call that must not run. One that asked for a task (2025-11-25) would not take a
 * result in its place, so it gets an error, whatever `refuseWith` says.
 */
export function stopReply(
  message: Pick<CallMessage, 'id' | 'meta' | 'asTask'>,
  stop: Stopped,
  refuseWith: 'result' | 'error',
): string {
  const as = message.asTask ? 'error' : refuseWith;
  const { tool, runId } = stop.call;
  const { check, reason, details } = stop.verdict;
  // Spread last below: V8 gives a copy that begins with a spread a shape of its own, and those pile up.
  const note = { check, reason, tool, runId, details };
  switch (stop.action) {
    case 'replay': {
      const advice = 'Call it without a task to get that result.';
      if (message.asTask) return refusalReply(message, { action: 'replay', ...note }, advice, as);
      return replayReply(message, { action: 'replay', ...note }, stop.verdict.result);
    }
    case 'wait': {
      const advice = 'It was not sent again. Check whether it took effect before you repeat it.';
      return refusalReply(message, { action: 'refuse', ...note }, advice, as);
    }
    case 'refuse':
    case 'kill': {
      const { action, tripId, verdict } = stop;
      return refusalReply(message, { action, tripId, ...note }, verdict.advice, as);
    }
  }
}
