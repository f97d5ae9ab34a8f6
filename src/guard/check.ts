import type { GuardSettings, Micros } from '../config/settings.js';
import type { EffectVerdict, Verdict } from './decision.js';
import type { CallHistory } from './history.js';
import type { JudgedCall, Outcome } from './tool-call.js';

/** What a check may ask of the run it watches. */
export interface RunContext {
  /** The settings in force now; they may change between calls. */
  readonly settings: () => GuardSettings;
  /** Monotonic milliseconds. While a call is judged or admitted, its own `at` is the time. */
  readonly now: () => number;
  readonly history: CallHistory;
}

/** What a run used without a call of a tool: the server asked the client's model. */
export interface Metered {
  readonly tokens: number;
  /** Micro-dollars. */
  readonly cost: Micros;
}

/**
 * One check of one run. A call is first judged by all checks, and only when none stops it do they
 * count it: a stopped call consumes nothing.
 */
export interface Check {
  /** A verdict when the call must not run, else undefined. Must leave no trace. */
  readonly judge: (call: JudgedCall) => Verdict | EffectVerdict | undefined;
  /** The last word before the call runs, for what must be claimed against others. */
  readonly claim?: (call: JudgedCall) => Verdict | EffectVerdict | undefined;
  /** The call is about to run. */
  readonly admitted?: (call: JudgedCall) => void;
  /** The verdict on this call was passed on. The check may grow more lenient by it, never stricter. */
  readonly told?: (call: JudgedCall) => void;
  /** The call ended. Called once for every admitted call. */
  readonly settled?: (call: JudgedCall, outcome: Outcome) => void;
  /** What really became of a call that was settled as unknown. */
  readonly corrected?: (call: JudgedCall, outcome: Outcome) => void;
  /** A person lets a run go on that was ended: what looked like a loop until now counts no more. */
  readonly lifted?: () => void;
  /** The run used something beside its calls. */
  readonly metered?: (usage: Metered) => void;
}
