import { describe, expect, it } from 'vitest';
import { MemoryLedger } from '../../src/guard/memory-ledger.js';
import { Clock, describeLedgerContract, effect, hashOf } from './effect-ledger-contract.js';

describe('MemoryLedger', () => {
  describeLedgerContract((clock, limits) => ({
    ledger: new MemoryLedger({ now: clock.now, ...limits }),
    close: () => undefined,
  }));

  it('drops the oldest results, not the effects, when it holds too much text', () => {
    const ledger = new MemoryLedger({ maxResultChars: 25 });
    const numbered = (index: number) => effect({ argsHash: hashOf(String(index)) });
    for (let index = 0; index < 3; index += 1) {
      ledger.begin(numbered(index));
      ledger.settle(numbered(index), { kind: 'done', result: 'x'.repeat(10) });
    }
    expect(ledger.find(numbered(0))).toMatchObject({ state: 'done', result: undefined });
    expect(ledger.find(numbered(1))).toMatchObject({ result: 'x'.repeat(10) });
    expect(ledger.find(numbered(2))).toMatchObject({ result: 'x'.repeat(10) });
  });

  it('forgets what has expired without being asked for it again', () => {
    const clock = new Clock();
    // Full at 300 rows, which 10,000 effects of one millisecond each reach unless they are forgotten.
    const ledger = new MemoryLedger({ now: clock.now, maxRows: 300 });
    for (let index = 0; index < 10_000; index += 1) {
      const of = effect({ argsHash: hashOf(String(index)), dedupe: 1 });
      expect(ledger.begin(of)).toBeUndefined();
      ledger.settle(of, { kind: 'done', result: '1' });
      clock.time += 1;
    }
  });
});
