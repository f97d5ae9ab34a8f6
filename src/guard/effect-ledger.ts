/**
 * The port through which the engine reaches what must survive a crash.
 * `src/ledger/` keeps it in SQLite, `memory-ledger.ts` in memory.
 */

/** One declared side effect: what it is and how far its identity reaches. */
export interface Effect {
  readonly tool: string;
  /** Hex SHA-256 over tool and deciding arguments. */
  readonly argsHash: string;
  readonly runId: string;
  /** 'run': identical calls of this run are one effect; a number: identical calls within so many milliseconds are. */
  readonly dedupe: 'run' | number;
  /**
   * Milliseconds for which the finished effects of a run that ended in a crash still count:
   * a client that restarts a crashed server sends its calls again.
   */
  readonly crashWindow: number;
}

/** What stands in the ledger for an identical effect, and so in the way of a new call. */
export type EffectRecord =
  | {
      readonly state: 'pending';
      /** Short key for `fuze ledger resolve`. */
      readonly key: string;
      /** Wall clock, milliseconds since the epoch. */
      readonly since: number;
      /** True when this very process has it in flight, so that its end will be seen here. */
      readonly mine: boolean;
    }
  | {
      readonly state: 'done';
      readonly key: string;
      readonly since: number;
      /** JSON text of the recorded `result`; undefined when it was too large, or a person resolved it. */
      readonly result: string | undefined;
      readonly resolvedByPerson: boolean;
    }
  | {
      readonly state: 'unknown';
      readonly key: string;
      readonly since: number;
      /** Why nobody knows: "timeout", "cancelled", "server exited", "fuze was killed", … */
      readonly reason: string;
    };

export type EffectOutcome =
  | { readonly kind: 'done'; readonly result: string | undefined }
  | { readonly kind: 'failed' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Every method is synchronous; `begin` returns only when the record would survive a crash. All may throw when the disk refuses. */
export interface EffectLedger {
  /** What stands in the way of this effect, or undefined when it may run. */
  find(effect: Effect): EffectRecord | undefined;
  /** Records the intent durably and returns undefined; or returns what another caller recorded first. */
  begin(effect: Effect): EffectRecord | undefined;
  /** Ends a pending effect, or corrects one left unknown, of this process. */
  settle(effect: Effect, outcome: EffectOutcome): void;
  /** The run ended in order: its finished effects no longer stand in anybody's way. Unknown ones stay until resolved. */
  endRun(runId: string): void;
}
