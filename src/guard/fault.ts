import type { Verdict } from './decision.js';

/** What a call gets that fuze failed to judge: failing open would be worse. */
export function fault(tool: string, error: unknown): Verdict {
  const message = error instanceof Error ? error.message : String(error);
  return {
    check: 'fault',
    kind: 'stop',
    reason: `fuze could not judge the call of "${tool}": ${message}.`,
    advice: 'Call it in another way, or tell the user.',
    details: {},
  };
}
