import { microsToUsd } from '../config/money.js';
import type { Figures } from './report.js';
import type { CallEntry, Fate } from './trace-entry.js';

/** Adds up what became of calls. Money in micro-dollars until `figures`. */
export class Tally {
  private readonly fates: Record<Fate, number> = {
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    interrupted: 0,
    refused: 0,
    replayed: 0,
    withdrawn: 0,
  };
  private warned = 0;
  private wouldStop = 0;
  private trips = 0;
  private spent = 0;
  private saved = 0;
  private wouldSave = 0;
  private unpriced = 0;
  private readonly effects = { executed: 0, failed: 0, unknown: 0, prevented: 0 };

  add(call: CallEntry): void {
    const { fate } = call;
    this.fates[fate] += 1;
    this.spent += call.cost;
    if (call.warned) this.warned += 1;
    if (fate === 'refused' || fate === 'replayed') {
      if (call.estimate === undefined) this.unpriced += 1;
      else this.saved += call.estimate;
      if (call.check === 'side_effect') this.effects.prevented += 1;
    } else if (call.shadow) {
      this.wouldStop += 1;
      this.wouldSave += call.cost;
    }
    if (call.sideEffect) this.addEffect(fate);
  }

  trip(): void {
    this.trips += 1;
  }

  get calls(): number {
    return Object.values(this.fates).reduce((sum, count) => sum + count, 0);
  }

  figures(): Figures {
    const { refused, replayed, withdrawn, ...ran } = this.fates;
    const forwarded = ran.succeeded + ran.failed + ran.timedOut + ran.interrupted;
    return {
      calls: forwarded + refused + replayed + withdrawn,
      forwarded,
      ...ran,
      refused,
      replayed,
      withdrawn,
      warned: this.warned,
      wouldStop: this.wouldStop,
      trips: this.trips,
      spent: microsToUsd(this.spent),
      saved: microsToUsd(this.saved),
      wouldSave: microsToUsd(this.wouldSave),
      unpriced: this.unpriced,
      sideEffects: { ...this.effects },
    };
  }

  private addEffect(fate: Fate): void {
    switch (fate) {
      case 'succeeded':
        this.effects.executed += 1;
        return;
      case 'failed':
        this.effects.failed += 1;
        return;
      case 'timedOut':
      case 'interrupted':
        this.effects.unknown += 1;
        return;
      case 'refused':
      case 'replayed':
      case 'withdrawn':
        return;
    }
  }
}
