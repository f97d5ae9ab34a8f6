import type { Outcome, ToolCall } from '../guard/tool-call.js';
import type { TokenUsage } from '../guard/usage.js';

/** The `run` of a record as it stands there; null for the one run of records that name none. */
export type RunName = string | number | null;

/** One call of a recording, whatever it was recorded as. */
export interface RecordedCall extends ToolCall {
  readonly run: RunName;
  /** Milliseconds since the epoch; undefined where the recording tells no time. */
  readonly began: number | undefined;
  readonly ended: number | undefined;
  /** How the call ended when it was recorded. Unknown where no answer was recorded. */
  readonly outcome: Outcome;
  /** Tokens that its result reports, where the record tells no cost: they are priced by the settings to be tried out. */
  readonly usage?: TokenUsage | undefined;
  /** The task's verdict on the whole run, where the record carries it. */
  readonly solved: boolean | undefined;
}

/** The hash that equal answers share, or undefined where none is recorded. */
export function answerOf({ outcome }: RecordedCall): string | undefined {
  return outcome.kind === 'unknown' || outcome.resultHash === '' ? undefined : outcome.resultHash;
}
