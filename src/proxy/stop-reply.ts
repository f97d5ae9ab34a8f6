import type { Stopped } from '../guard/decision.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import { refusalReply, replayReply } from './refusal.js';

/** What the client is answered for a call that must not run. */
export function stopReply(
  message: Pick<CallMessage, 'id' | 'meta'>,
  stop: Stopped,
  as: 'result' | 'error',
): string {
  const { tool, runId } = stop.call;
  const { check, reason, details } = stop.verdict;
  // Spread last below: V8 gives a copy that begins with a spread a shape of its own, and those pile up.
  const note = { check, reason, tool, runId, details };
  switch (stop.action) {
    case 'replay':
      return replayReply(message, { action: 'replay', ...note }, stop.verdict.result);
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
