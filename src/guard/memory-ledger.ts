import { createHash } from 'node:crypto';
import type { Effect, EffectLedger, EffectOutcome, EffectRecord } from './effect-ledger.js';

export interface MemoryLedgerOptions {
  /** Wall clock in milliseconds. */
  readonly now?: () => number;
  /** Most effects kept; default 100,000. */
  readonly maxRows?: number;
  /** Characters of result text kept in all; above it the oldest results are dropped. Default 64 Mi. */
  readonly maxResultChars?: number;
}

interface Row {
  readonly key: string;
  readonly effect: Effect;
  readonly begunAt: number;
  state: 'pending' | 'done' | 'unknown';
  settledAt: number;
  reason: string;
  result: string | undefined;
  /** Its run has ended; only an unknown or pending row is kept then. */
  released: boolean;
}

/** As in `src/ledger/`: results above this many bytes are not kept. */
const MAX_RESULT_BYTES = 1024 * 1024;
const KEEP_UNKNOWN = 30 * 24 * 3_600_000;
const SWEEP_EVERY = 256;

function scopeOf(effect: Effect): string {
  return effect.dedupe === 'run' ? `run:${effect.runId}` : 'time';
}

function keyOf(effect: Effect): string {
  const identity = JSON.stringify([effect.tool, effect.argsHash, scopeOf(effect)]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 12);
}

/**
 * The contract of `EffectLedger` for one process and no longer than it lives: for the library and `fuze simulate`.
 * There are no crashes to remember and no person to resolve an unknown effect, which stands for 30 days.
 */
export class MemoryLedger implements EffectLedger {
  readonly #now: () => number;
  readonly #maxRows: number;
  readonly #maxResultChars: number;
  /** Rows by tool and arguments, then by scope. A failed effect and one that its run has released have none. */
  readonly #rows = new Map<string, Map<string, Row>>();
  readonly #runs = new Map<string, Set<Row>>();
  /** Rows that hold a result, oldest first. */
  readonly #results = new Set<Row>();
  #resultChars = 0;
  #count = 0;
  #begins = 0;

  constructor(options: MemoryLedgerOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#maxRows = options.maxRows ?? 100_000;
    this.#maxResultChars = options.maxResultChars ?? 64 * 1024 * 1024;
  }

  find(effect: Effect): EffectRecord | undefined {
    let first: { readonly row: Row; readonly rank: number } | undefined;
    for (const [scope, row] of this.#rows.get(identityOf(effect)) ?? []) {
      if (!this.#standsInTheWay(row, effect)) continue;
      const rank = scope === scopeOf(effect) ? 0 : { unknown: 1, pending: 2, done: 3 }[row.state];
      if (first === undefined || rank < first.rank) first = { row, rank };
    }
    return first && recordOf(first.row);
  }

  begin(effect: Effect): EffectRecord | undefined {
    const inTheWay = this.find(effect);
    if (inTheWay !== undefined) return inTheWay;
    this.#begins += 1;
    if (this.#begins % SWEEP_EVERY === 0) this.#sweep();
    const before = this.#rows.get(identityOf(effect))?.get(scopeOf(effect));
    if (before !== undefined) this.#remove(before);
    this.#makeRoom();
    const now = this.#now();
    this.#add({
      key: keyOf(effect),
      effect,
      begunAt: now,
      state: 'pending',
      settledAt: now,
      reason: '',
      result: undefined,
      released: false,
    });
    return undefined;
  }

  settle(effect: Effect, outcome: EffectOutcome): void {
    const row = this.#rows.get(identityOf(effect))?.get(scopeOf(effect));
    if (row === undefined || row.state === 'done' || row.effect.runId !== effect.runId) return;
    switch (outcome.kind) {
      case 'failed':
        this.#remove(row);
        return;
      case 'unknown':
        if (row.state === 'unknown') return;
        row.state = 'unknown';
        row.settledAt = this.#now();
        row.reason = outcome.reason;
        return;
      case 'done':
        if (row.released) {
          this.#remove(row);
          return;
        }
        row.state = 'done';
        row.settledAt = this.#now();
        this.#keepResult(row, outcome.result);
    }
  }

  endRun(runId: string): void {
    for (const row of this.#runs.get(runId) ?? []) {
      if (row.effect.dedupe !== 'run') continue;
      row.released = true;
      if (row.state === 'done') this.#remove(row);
    }
  }

  #standsInTheWay(row: Row, effect: Effect): boolean {
    const age = this.#now() - row.settledAt;
    const sameRun = row.effect.runId === effect.runId;
    switch (row.state) {
      case 'unknown':
        return age < KEEP_UNKNOWN;
      case 'pending':
        return sameRun || effect.dedupe !== 'run';
      case 'done':
        return effect.dedupe === 'run' ? sameRun : age < effect.dedupe;
    }
  }

  #add(row: Row): void {
    const identity = identityOf(row.effect);
    const scopes = this.#rows.get(identity) ?? new Map<string, Row>();
    this.#rows.set(identity, scopes.set(scopeOf(row.effect), row));
    const ofRun = this.#runs.get(row.effect.runId) ?? new Set<Row>();
    this.#runs.set(row.effect.runId, ofRun.add(row));
    this.#count += 1;
  }

  #remove(row: Row): void {
    const { effect } = row;
    const scopes = this.#rows.get(identityOf(effect));
    if (scopes?.delete(scopeOf(effect)) !== true) return;
    if (scopes.size === 0) this.#rows.delete(identityOf(effect));
    const ofRun = this.#runs.get(effect.runId);
    ofRun?.delete(row);
    if (ofRun?.size === 0) this.#runs.delete(effect.runId);
    this.#dropResult(row);
    this.#count -= 1;
  }

  #keepResult(row: Row, result: string | undefined): void {
    if (result === undefined || Buffer.byteLength(result) > MAX_RESULT_BYTES) return;
    row.result = result;
    this.#results.add(row);
    this.#resultChars += result.length;
    for (const oldest of this.#results) {
      if (this.#resultChars <= this.#maxResultChars) break;
      this.#dropResult(oldest);
    }
  }

  #dropResult(row: Row): void {
    if (!this.#results.delete(row)) return;
    this.#resultChars -= row.result?.length ?? 0;
    row.result = undefined;
  }

  #sweep(): void {
    const now = this.#now();
    for (const scopes of this.#rows.values()) {
      for (const row of scopes.values()) {
        const age = now - row.settledAt;
        const { dedupe } = row.effect;
        const over =
          row.state === 'unknown'
            ? age >= KEEP_UNKNOWN
            : row.state === 'done' && dedupe !== 'run' && age >= dedupe;
        if (over) this.#remove(row);
      }
    }
  }

  #makeRoom(): void {
    if (this.#count < this.#maxRows) return;
    this.#sweep();
    if (this.#count < this.#maxRows) return;
    throw new Error(
      `the ledger in memory holds ${this.#maxRows} side effects that are all still in force, and none may be forgotten. End runs that are over, or shorten dedupe.`,
    );
  }
}

function identityOf(effect: Effect): string {
  return JSON.stringify([effect.tool, effect.argsHash]);
}

function recordOf(row: Row): EffectRecord {
  const { key, state } = row;
  switch (state) {
    case 'pending':
      return { state, key, since: row.begunAt, mine: true };
    case 'unknown':
      return { state, key, since: row.begunAt, reason: row.reason };
    case 'done':
      return { state, key, since: row.settledAt, result: row.result, resolvedByPerson: false };
  }
}
