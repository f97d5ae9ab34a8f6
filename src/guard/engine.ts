import type { GuardSettings } from '../config/settings.js';
import type { CanonicalForm } from './call-key.js';
import type { EffectLedger } from './effect-ledger.js';
import type { CanonicalHash } from './identity.js';
import { Run } from './run.js';

/** All that the engine needs of the world. It has no timers and no I/O of its own. */
export interface EngineOptions {
  /** The settings in force now; asked for at every call, so that limits can change while running. */
  readonly settings: () => GuardSettings;
  /** Opens the ledger; called at the first declared side effect. May throw, then side effects are refused. */
  readonly openLedger: () => EffectLedger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** So many random bytes in hex. */
  readonly randomHex: (bytes: number) => string;
  readonly hash: CanonicalHash;
  /** Where given, its hash is the same: then calls are compared by their texts, as far as those are short. */
  readonly canonical?: CanonicalForm;
  /** Why no side effect may run now, or undefined. */
  readonly effectsBlocked?: () => string | undefined;
  /** See `Effect.crashWindow`, milliseconds. */
  readonly crashWindow?: () => number;
  /** A ledger that failed: the calls are answered for, and somebody should know. */
  readonly onProblem?: (error: unknown) => void;
}

/** Opens and ends runs that share one ledger. */
export interface Engine {
  /** A new run, with a random id unless one is given. */
  openRun(runId?: string): Run;
  /** The run is over in order: its finished side effects no longer count as repeated. */
  endRun(run: Run): void;
}

const DEFAULT_CRASH_WINDOW_MS = 300_000;

/** Builds the engine that the proxy, the library and `fuze simulate` share. */
export function createEngine(options: EngineOptions): Engine {
  const { randomHex, onProblem = () => {} } = options;
  let ledger: EffectLedger | undefined;
  const effects = {
    ledger: () => {
      ledger ??= options.openLedger();
      return ledger;
    },
    hash: options.hash,
    blocked: options.effectsBlocked ?? (() => undefined),
    crashWindow: options.crashWindow ?? (() => DEFAULT_CRASH_WINDOW_MS),
    onProblem,
  };
  return {
    openRun: (runId = `run_${randomHex(8)}`) =>
      new Run({
        runId,
        settings: options.settings,
        now: options.now,
        hash: options.hash,
        canonical: options.canonical,
        effects,
        newTripId: () => `fg_${randomHex(6)}`,
      }),
    endRun: ({ runId }) => {
      try {
        ledger?.endRun(runId);
      } catch (error) {
        onProblem(error);
      }
    },
  };
}
