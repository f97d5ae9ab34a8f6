import { expect } from 'vitest';
import type { Message } from '../../e2e/support/fuze-process.js';
import { Traffic } from './traffic.js';

/** What became of a call with a side effect. */
export type Fate = 'ran' | 'replayed' | 'unknown' | 'unrecordable';

/** Reads it off the answer. */
export function fateOf(answer: Message): Fate {
  const { decision } = answer;
  if (decision === undefined && answer.result !== undefined) return 'ran';
  if (decision?.action === 'replay') return 'replayed';
  if (decision?.check === 'side_effect' && decision.state === 'unknown') {
    expect(answer.isToolError).toBe(true);
    expect(answer.toolText).toMatch(/outcome is unknown.*Do not repeat it.*fuze ledger resolve/s);
    return 'unknown';
  }
  if (decision?.check === 'side_effect' && decision.state === 'unrecordable') {
    expect(answer.isToolError).toBe(true);
    expect(answer.toolText).toMatch(/cannot be recorded now: /);
    return 'unrecordable';
  }
  throw new Error(`neither run, nor replayed, nor refused as an effect: ${answer.text}`);
}

/** Calls in a shop, counted as they are answered. */
export class ShopTraffic extends Traffic {
  /** Of the calls sent since `countAnew`. */
  counts: Readonly<Record<Fate | 'read', number>> = NOTHING;
  #from = 0;

  /** From here on only calls that are still to be sent are counted. */
  countAnew(): void {
    this.counts = NOTHING;
    this.#from = this.nextId;
  }

  /** A read must be answered by the server whatever happens to effects. */
  protected override heard(id: number, answer: Message): void {
    if (id < this.#from) return;
    const isRead = this.sent.get(id)?.effect === undefined;
    if (isRead) expect(answer.decision, answer.text).toBeUndefined();
    const what = isRead ? 'read' : fateOf(answer);
    this.counts = { ...this.counts, [what]: this.counts[what] + 1 };
  }
}

const NOTHING = { read: 0, ran: 0, replayed: 0, unknown: 0, unrecordable: 0 } as const;
