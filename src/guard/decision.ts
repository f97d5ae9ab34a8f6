import type { JudgedCall } from './tool-call.js';

/** The checks, in the order in which they are asked. */
export const CHECK_NAMES = [
  'killed',
  'calls_per_tool',
  'rate',
  'iterations',
  'side_effect',
  'budget',
  'tokens',
  'circuit',
  'repeat',
  'sequence',
  'stall',
  'similarity',
  'velocity',
  /** Not a check: one of them threw. */
  'fault',
] as const;

export type CheckName = (typeof CHECK_NAMES)[number];

/** Numbers and names that a check adds to `fuze/decision`. */
export type VerdictDetails = Readonly<Record<string, string | number | boolean>>;

/** What is to be said about a call: it is stopped, or it is a loop and `on_loop` tells what follows, or it only warns. */
export interface Verdict {
  readonly check: CheckName;
  readonly kind: 'stop' | 'loop' | 'warning';
  /** What was seen, with the numbers. One or two sentences. */
  readonly reason: string;
  /** What the model that reads it should do instead. */
  readonly advice: string;
  readonly details: VerdictDetails;
}

/** A call that need not run: it is answered from the record, or waits for an identical side effect in flight. */
export type EffectVerdict =
  | {
      readonly check: 'side_effect' | 'repeat';
      readonly kind: 'replay';
      /** Also told to the model where `check` is "repeat", for the result alone would look like a new one. */
      readonly reason: string;
      /** JSON text of the recorded result, where there is one. */
      readonly result: string | undefined;
      readonly details: VerdictDetails;
    }
  | {
      readonly check: 'side_effect';
      readonly kind: 'wait';
      readonly reason: string;
      /** True when the identical call is in flight in this process, so that its end is seen here. */
      readonly mine: boolean;
      readonly details: VerdictDetails;
    };

/** One tripped limit. Refusals that follow without an admitted call in between belong to the same trip. */
export interface Trip {
  /** `fg_` and 12 hex digits. */
  readonly id: string;
  readonly verdict: Verdict;
  readonly call: JudgedCall;
  readonly shadow: boolean;
}

export type Decision =
  | {
      readonly action: 'allow' | 'warn';
      /** Whoever forwards it owes the run exactly one `settle` with this very object. */
      readonly call: JudgedCall;
      /** Warnings of checks, and what `on_loop = "warn"` let through. */
      readonly warnings: readonly Verdict[];
      /** What would have been decided, in shadow mode. */
      readonly shadow: Stopped | undefined;
    }
  | Stopped;

/** A call that is not forwarded, at least not now. */
export type Stopped =
  | {
      readonly action: 'refuse' | 'kill';
      readonly call: JudgedCall;
      readonly verdict: Verdict;
      readonly tripId: string | undefined;
      /** Set on the first refusal of a trip: the time to write its log. */
      readonly newTrip: Trip | undefined;
    }
  | {
      readonly action: 'replay';
      readonly call: JudgedCall;
      readonly verdict: Extract<EffectVerdict, { kind: 'replay' }>;
    }
  | {
      readonly action: 'wait';
      readonly call: JudgedCall;
      readonly verdict: Extract<EffectVerdict, { kind: 'wait' }>;
    };
