// A process of its own that works on a ledger as it is told over IPC. Started by agent.ts.
import type { Effect, EffectOutcome } from '../../src/guard/effect-ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import type { SqliteLedger } from '../../src/ledger/sqlite-ledger.js';

export type Order =
  | { readonly do: 'open'; readonly path: string; readonly server: string }
  | { readonly do: 'find' | 'begin'; readonly effect: Effect }
  | { readonly do: 'settle'; readonly effect: Effect; readonly outcome: EffectOutcome }
  | { readonly do: 'endRun'; readonly runId: string }
  /** Begins and settles so many effects of its own, as fast as it can. */
  | { readonly do: 'flood'; readonly effects: readonly Effect[] }
  | { readonly do: 'close' };

let ledger: SqliteLedger | undefined;

function opened(): SqliteLedger {
  if (ledger === undefined) throw new Error('the ledger is not open');
  return ledger;
}

function carryOut(order: Order): unknown {
  switch (order.do) {
    case 'open':
      ledger = openLedger(order);
      return;
    case 'find':
      return opened().find(order.effect);
    case 'begin':
      return opened().begin(order.effect);
    case 'settle':
      return opened().settle(order.effect, order.outcome);
    case 'endRun':
      return opened().endRun(order.runId);
    case 'flood':
      for (const effect of order.effects) {
        opened().begin(effect);
        opened().settle(effect, { kind: 'done', result: '{"ok":true}' });
      }
      return;
    case 'close':
      return opened().close();
  }
}

process.on('message', (order: Order) => {
  try {
    process.send?.({ value: carryOut(order) ?? null });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});
process.send?.({ value: 'ready' });
