import type { Effect, EffectLedger, EffectOutcome, EffectRecord } from '../guard/effect-ledger.js';

/** A part of a ledger for the effects of one owner: the same tool of another is another effect, as it is in SQLite. */
export class ScopedLedger implements EffectLedger {
  constructor(
    private readonly ledger: EffectLedger,
    private readonly owner: string,
  ) {}

  find(effect: Effect): EffectRecord | undefined {
    return this.ledger.find(this.own(effect));
  }

  begin(effect: Effect): EffectRecord | undefined {
    return this.ledger.begin(this.own(effect));
  }

  settle(effect: Effect, outcome: EffectOutcome): void {
    this.ledger.settle(this.own(effect), outcome);
  }

  endRun(runId: string): void {
    this.ledger.endRun(runId);
  }

  private own(effect: Effect): Effect {
    return { ...effect, tool: JSON.stringify([this.owner, effect.tool]) };
  }
}
