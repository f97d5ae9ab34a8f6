import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Effect, EffectLedger } from '../../src/guard/effect-ledger.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export function effect(change: Partial<Effect> = {}): Effect {
  return {
    tool: 'pay',
    argsHash: createHash('sha256').update('{"to":"ann"}').digest('hex'),
    runId: 'run-1',
    dedupe: 'run',
    crashWindow: 10 * 60_000,
    ...change,
  };
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A wall clock that stands still until it is moved. */
export class Clock {
  time = Date.UTC(2026, 0, 1);
  readonly now = (): number => this.time;
}

export interface OpenedLedger {
  readonly ledger: EffectLedger;
  close(): void;
}

export type OpenContractLedger = (clock: Clock, limits: { maxRows?: number }) => OpenedLedger;

/** What every `EffectLedger` promises within one process; each implementation runs it. */
export function describeLedgerContract(open: OpenContractLedger): void {
  let clock: Clock;
  let ledger: EffectLedger;
  let close: () => void;

  const reopen = (limits: { maxRows?: number } = {}): void => {
    close();
    const opened = open(clock, limits);
    ledger = opened.ledger;
    close = () => opened.close();
  };

  beforeEach(() => {
    clock = new Clock();
    const opened = open(clock, {});
    ledger = opened.ledger;
    close = () => opened.close();
  });
  afterEach(() => close());

  const done = (of: Effect, result: string | undefined = '{"ok":true}'): void => {
    expect(ledger.begin(of)).toBeUndefined();
    ledger.settle(of, { kind: 'done', result });
  };
  const unknown = (of: Effect, reason = 'timeout'): void => {
    expect(ledger.begin(of)).toBeUndefined();
    ledger.settle(of, { kind: 'unknown', reason });
  };

  describe('in flight', () => {
    it('lets an effect that nobody knows run', () => {
      expect(ledger.find(effect())).toBeUndefined();
      expect(ledger.begin(effect())).toBeUndefined();
    });

    it('shows an identical effect of the same run as pending here', () => {
      ledger.begin(effect());
      clock.time += 5;
      const record = ledger.find(effect());
      expect(record).toMatchObject({ state: 'pending', mine: true, since: clock.time - 5 });
      expect(record?.key).toMatch(/^[0-9a-f]{12}$/);
      expect(ledger.begin(effect())).toEqual(record);
    });

    it.each([
      ['another run', { runId: 'run-2' }],
      ['another tool', { tool: 'refund' }],
      ['other arguments', { argsHash: hashOf('{}') }],
    ])('does not let it stand in the way of %s', (_, change) => {
      ledger.begin(effect());
      expect(ledger.find(effect(change))).toBeUndefined();
      expect(ledger.begin(effect(change))).toBeUndefined();
    });

    it('lets it stand in the way of every run when effects count across runs', () => {
      ledger.begin(effect({ dedupe: HOUR }));
      expect(ledger.find(effect({ dedupe: HOUR, runId: 'run-2' }))).toMatchObject({
        state: 'pending',
        mine: true,
      });
    });
  });

  describe('done', () => {
    it('hands out the recorded result within its run, however late', () => {
      done(effect(), '{"id":1}');
      const settled = clock.time;
      clock.time += 400 * DAY;
      expect(ledger.find(effect())).toMatchObject({
        state: 'done',
        since: settled,
        result: '{"id":1}',
        resolvedByPerson: false,
      });
      expect(ledger.begin(effect())?.state).toBe('done');
    });

    it('does not stand in the way of another run of a living process', () => {
      done(effect());
      expect(ledger.begin(effect({ runId: 'run-2' }))).toBeUndefined();
    });

    it('is in nobody’s way after its run has ended', () => {
      done(effect());
      ledger.endRun('run-1');
      expect(ledger.find(effect())).toBeUndefined();
      expect(ledger.begin(effect())).toBeUndefined();
      expect(ledger.find(effect())?.state).toBe('pending');
    });

    it('stays when another run ends', () => {
      done(effect());
      ledger.endRun('run-2');
      expect(ledger.find(effect())?.state).toBe('done');
    });

    it('is in nobody’s way when it ends after its run', () => {
      const of = effect();
      ledger.begin(of);
      ledger.endRun('run-1');
      expect(ledger.find(of)?.state).toBe('pending');
      ledger.settle(of, { kind: 'done', result: '1' });
      expect(ledger.find(of)).toBeUndefined();
    });

    it('with a duration counts in every run, for that many milliseconds from the settlement', () => {
      const of = effect({ dedupe: HOUR });
      ledger.begin(of);
      clock.time += 3 * HOUR;
      ledger.settle(of, { kind: 'done', result: '7' });
      ledger.endRun('run-1');
      const other = effect({ dedupe: HOUR, runId: 'run-2' });
      clock.time += HOUR - 1;
      expect(ledger.find(other)).toMatchObject({ state: 'done', result: '7' });
      clock.time += 1;
      expect(ledger.find(other)).toBeUndefined();
      expect(ledger.begin(other)).toBeUndefined();
    });

    it('keeps a result of exactly 1 MiB, in bytes, and drops a larger one', () => {
      const fits = 'é'.repeat(512 * 1024);
      done(effect(), fits);
      done(effect({ tool: 'other' }), `${fits}x`);
      expect(ledger.find(effect())).toMatchObject({ state: 'done', result: fits });
      expect(ledger.find(effect({ tool: 'other' }))).toMatchObject({
        state: 'done',
        result: undefined,
      });
    });
  });

  describe('failed', () => {
    it('may be tried again, and again', () => {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        expect(ledger.begin(effect())).toBeUndefined();
        ledger.settle(effect(), { kind: 'failed' });
        expect(ledger.find(effect())).toBeUndefined();
      }
    });
  });

  describe('unknown', () => {
    it.each([
      ['its run', {}],
      ['another run', { runId: 'run-2' }],
      ['a call that counts across runs', { runId: 'run-2', dedupe: 5 }],
    ])('stands in the way of %s', (_, change) => {
      const since = clock.time;
      unknown(effect(), 'server exited');
      ledger.endRun('run-1');
      clock.time += HOUR;
      const record = { state: 'unknown', since, reason: 'server exited' };
      expect(ledger.find(effect(change))).toMatchObject(record);
      expect(ledger.begin(effect(change))).toMatchObject(record);
    });

    it('stands for 30 days', () => {
      unknown(effect());
      clock.time += 30 * DAY - 1;
      expect(ledger.find(effect())?.state).toBe('unknown');
      clock.time += 1;
      expect(ledger.find(effect())).toBeUndefined();
      expect(ledger.begin(effect())).toBeUndefined();
    });

    it('is corrected by an answer that comes late', () => {
      unknown(effect());
      ledger.settle(effect(), { kind: 'done', result: '"late"' });
      expect(ledger.find(effect())).toMatchObject({ state: 'done', result: '"late"' });
      unknown(effect({ tool: 'other' }));
      ledger.settle(effect({ tool: 'other' }), { kind: 'failed' });
      expect(ledger.find(effect({ tool: 'other' }))).toBeUndefined();
    });

    it('keeps its first reason', () => {
      unknown(effect(), 'timeout');
      ledger.settle(effect(), { kind: 'unknown', reason: 'server exited' });
      expect(ledger.find(effect())).toMatchObject({ reason: 'timeout' });
    });
  });

  it('ignores the settlement of an effect that was never begun, and a second one', () => {
    ledger.settle(effect(), { kind: 'done', result: '1' });
    expect(ledger.find(effect())).toBeUndefined();
    done(effect(), '1');
    ledger.settle(effect(), { kind: 'failed' });
    ledger.settle(effect(), { kind: 'done', result: '2' });
    expect(ledger.find(effect())).toMatchObject({ state: 'done', result: '1' });
  });

  it('lets the effect’s own answer go before what is left unknown by another run', () => {
    const mine = effect({ runId: 'run-2' });
    const theirs = effect();
    ledger.begin(mine);
    ledger.begin(theirs);
    ledger.settle(theirs, { kind: 'unknown', reason: 'timeout' });
    expect(ledger.find(mine)?.state).toBe('pending');
    ledger.settle(mine, { kind: 'done', result: '"mine"' });
    expect(ledger.find(mine)).toMatchObject({ state: 'done', result: '"mine"' });
    expect(ledger.find(effect({ runId: 'run-3' }))?.state).toBe('unknown');
  });

  it('holds a changed dedupe against what is recorded already', () => {
    done(effect(), '1');
    expect(ledger.find(effect({ dedupe: HOUR, runId: 'run-2' }))).toMatchObject({ result: '1' });
    done(effect({ tool: 'other', dedupe: HOUR }), '2');
    expect(ledger.find(effect({ tool: 'other' }))).toMatchObject({ result: '2' });
    expect(ledger.find(effect({ tool: 'other', runId: 'run-2' }))).toBeUndefined();
  });

  describe('bounded', () => {
    const numbered = (index: number, change: Partial<Effect> = {}): Effect =>
      effect({ argsHash: hashOf(String(index)), ...change });

    it('throws rather than forget an effect in force, and goes on once one is over', () => {
      reopen({ maxRows: 3 });
      for (let index = 0; index < 3; index += 1) done(numbered(index));
      expect(() => ledger.begin(numbered(3))).toThrow(/holds 3 side effects.*still in force/);
      expect(ledger.find(numbered(3))).toBeUndefined();
      for (let index = 0; index < 3; index += 1) {
        expect(ledger.find(numbered(index))?.state).toBe('done');
      }
      ledger.endRun('run-1');
      expect(ledger.begin(numbered(3))).toBeUndefined();
    });

    it('forgets failed effects first when it is full', () => {
      reopen({ maxRows: 3 });
      done(numbered(0));
      ledger.begin(numbered(1));
      ledger.settle(numbered(1), { kind: 'failed' });
      ledger.begin(numbered(2));
      expect(ledger.begin(numbered(3))).toBeUndefined();
      expect(ledger.find(numbered(0))?.state).toBe('done');
      expect(ledger.find(numbered(2))?.state).toBe('pending');
    });

    it('makes room by what has expired, not one moment earlier', () => {
      reopen({ maxRows: 2 });
      done(numbered(0, { dedupe: HOUR }));
      done(numbered(1, { dedupe: 2 * HOUR }));
      clock.time += HOUR - 1;
      expect(() => ledger.begin(numbered(2))).toThrow(/still in force/);
      clock.time += 1;
      expect(ledger.begin(numbered(2))).toBeUndefined();
      expect(ledger.find(numbered(1, { dedupe: 2 * HOUR }))?.state).toBe('done');
    });

    it('takes a second try of a known effect even when it is full', () => {
      reopen({ maxRows: 1 });
      done(effect({ dedupe: HOUR }));
      clock.time += HOUR;
      expect(ledger.begin(effect({ dedupe: HOUR, runId: 'run-2' }))).toBeUndefined();
    });
  });
}
