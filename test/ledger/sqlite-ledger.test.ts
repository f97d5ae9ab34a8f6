import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecords } from '../../src/ledger/effect-records.js';
import { identityHash } from '../../src/ledger/effect-row.js';
import { openLedger } from '../../src/ledger/open.js';
import type { LedgerOptions, SqliteLedger } from '../../src/ledger/sqlite-ledger.js';
import {
  Clock,
  DAY,
  describeLedgerContract,
  effect,
  HOUR,
  hashOf,
} from '../guard/effect-ledger-contract.js';

let folder: string;
let path: string;
let clock: Clock;
const opened = new Set<SqliteLedger>();

function open(options: Partial<LedgerOptions> = {}): SqliteLedger {
  const ledger = openLedger({ path, server: 'shop', now: clock.now, ...options });
  opened.add(ledger);
  return ledger;
}

function rowsOf(state?: 'done' | 'failed' | 'unknown' | 'pending') {
  const records = openRecords(path, clock.now);
  try {
    return records?.list(state) ?? [];
  } finally {
    records?.close();
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuze-ledger-'));
  path = join(folder, 'state', 'ledger.db');
  clock = new Clock();
});
afterEach(() => {
  for (const ledger of opened) ledger.close();
  opened.clear();
  rmSync(folder, { recursive: true, force: true });
});

const numbered = (index: number, change: Parameters<typeof effect>[0] = {}) =>
  effect({ argsHash: hashOf(String(index)), ...change });

describe('SqliteLedger', () => {
  let serial = 0;
  describeLedgerContract((contractClock, limits) => {
    serial += 1;
    const ledger = open({
      path: join(folder, `contract-${serial}.db`),
      now: contractClock.now,
      ...limits,
    });
    return { ledger, close: () => ledger.close() };
  });

  it('keeps its file to the owner: 0600, in a folder of 0700', () => {
    const mask = process.umask(0);
    try {
      const ledger = open();
      ledger.begin(effect());
      expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
      for (const end of ['', '-wal', '-shm']) {
        expect(statSync(path + end).mode & 0o777, end).toBe(0o600);
      }
    } finally {
      process.umask(mask);
    }
  });

  it('remembers across a restart what counts across runs', () => {
    const first = open();
    first.begin(effect({ dedupe: DAY }));
    first.settle(effect({ dedupe: DAY }), { kind: 'done', result: '{"id":9}' });
    first.endRun('run-1');
    first.close();
    expect(open().find(effect({ dedupe: DAY, runId: 'run-2' }))).toMatchObject({
      state: 'done',
      result: '{"id":9}',
    });
  });

  it('keeps the tools of two servers apart in one file', () => {
    const shop = open();
    const bank = open({ server: 'bank' });
    shop.begin(effect());
    shop.settle(effect(), { kind: 'unknown', reason: 'timeout' });
    expect(bank.find(effect())).toBeUndefined();
    expect(bank.begin(effect())).toBeUndefined();
    expect(new Set(rowsOf().map((row) => row.key)).size).toBe(2);
  });

  it('lets a late answer to an earlier try alone settle nothing of a later one', () => {
    const ledger = open();
    const first = effect();
    const second = effect();
    ledger.begin(first);
    ledger.settle(first, { kind: 'unknown', reason: 'timeout' });
    const [row] = rowsOf('unknown');
    const records = openRecords(path, clock.now);
    expect(records?.resolve(row?.key ?? '', 'not-executed').kind).toBe('resolved');
    records?.close();
    expect(ledger.begin(second)).toBeUndefined();
    ledger.settle(first, { kind: 'failed' });
    expect(ledger.find(effect())?.state).toBe('pending');
    ledger.settle(second, { kind: 'done', result: '2' });
    expect(ledger.find(effect())).toMatchObject({ state: 'done', result: '2' });
  });

  it('gives a longer key to an effect whose first digits another one has', () => {
    const ledger = open();
    ledger.begin(numbered(0));
    ledger.close();
    const digits = identityHash('shop', numbered(1));
    const database = new Database(path);
    database.prepare('UPDATE effects SET key = ?').run(digits.slice(0, 12));
    database.close();
    const again = open();
    again.begin(numbered(1));
    expect(again.find(numbered(1))?.key).toBe(digits.slice(0, 13));
  });

  it('takes a duration of a thousand years', () => {
    const ledger = open();
    const of = effect({ dedupe: 1000 * 365 * DAY });
    ledger.begin(of);
    ledger.settle(of, { kind: 'done', result: '1' });
    expect(ledger.find(of)?.state).toBe('done');
  });

  it('refuses to go on when its file was moved away', () => {
    const ledger = open();
    ledger.begin(numbered(0));
    rmSync(path);
    expect(() => ledger.begin(numbered(1))).toThrow(/was removed while fuze was using it/);
    openLedger({ path, server: 'shop' }).close();
    expect(() => ledger.begin(numbered(1))).toThrow(/was replaced while fuze was using it/);
  });

  describe('retention', () => {
    it('keeps failed and released effects in the list for 24 hours', () => {
      const ledger = open();
      ledger.begin(numbered(0));
      ledger.settle(numbered(0), { kind: 'failed' });
      ledger.begin(numbered(1));
      ledger.settle(numbered(1), { kind: 'done', result: '1' });
      ledger.endRun('run-1');
      ledger.close();
      clock.time += DAY - 1;
      open().close();
      expect(rowsOf().map((row) => row.state)).toEqual(['done', 'failed']);
      clock.time += 1;
      open().close();
      expect(rowsOf()).toEqual([]);
    });

    it('forgets an unknown effect after 30 days, and not before', () => {
      const ledger = open();
      ledger.begin(effect());
      ledger.settle(effect(), { kind: 'unknown', reason: 'timeout' });
      clock.time += 30 * DAY - 1;
      open().close();
      expect(rowsOf()).toHaveLength(1);
      clock.time += 1;
      open().close();
      expect(rowsOf()).toHaveLength(0);
    });

    it('forgets while it works, not only when it is opened', () => {
      const ledger = open({ sweepEvery: 10 });
      for (let index = 0; index < 9; index += 1) {
        ledger.begin(numbered(index));
        ledger.settle(numbered(index), { kind: 'failed' });
      }
      clock.time += DAY;
      ledger.begin(numbered(9));
      expect(rowsOf()).toHaveLength(1);
    });

    it('never forgets an effect that a living run still counts', () => {
      const ledger = open();
      ledger.begin(effect());
      ledger.settle(effect(), { kind: 'done', result: '1' });
      ledger.begin(numbered(1));
      clock.time += 365 * DAY;
      open();
      expect(ledger.find(effect())).toMatchObject({ state: 'done', result: '1' });
      expect(ledger.find(numbered(1))).toMatchObject({ state: 'pending', mine: true });
    });

    it('drops the oldest results, not the effects, when the file grows too large', () => {
      const ledger = open({ maxBytes: 512 * 1024 });
      for (let index = 0; index < 40; index += 1) {
        ledger.begin(numbered(index));
        ledger.settle(numbered(index), { kind: 'done', result: 'x'.repeat(100_000) });
      }
      expect(ledger.find(numbered(0))).toMatchObject({ state: 'done', result: undefined });
      expect(ledger.find(numbered(39))).toMatchObject({ result: 'x'.repeat(100_000) });
      ledger.close();
      expect(statSync(path).size).toBeLessThan(2 * 1024 * 1024);
    });

    it('stays small over 5,000 effects of runs that end', () => {
      const ledger = open({ maxRows: 500 });
      for (let run = 0; run < 100; run += 1) {
        const runId = `run-${run}`;
        for (let index = 0; index < 50; index += 1) {
          const of = numbered(index, { runId });
          if (ledger.begin(of) !== undefined) throw new Error('in the way');
          ledger.settle(of, { kind: 'done', result: 'x'.repeat(500) });
        }
        ledger.endRun(runId);
      }
      ledger.close();
      expect(rowsOf().length).toBeLessThanOrEqual(500);
      expect(statSync(path).size).toBeLessThan(1024 * 1024);
    });
  });

  describe('a person’s word', () => {
    const unknownEffect = (change: Parameters<typeof effect>[0] = {}): SqliteLedger => {
      const ledger = open();
      ledger.begin(effect(change));
      ledger.settle(effect(change), { kind: 'unknown', reason: 'timeout' });
      return ledger;
    };
    const resolve = (verdict: 'executed' | 'not-executed') => {
      const records = openRecords(path, clock.now);
      const [row] = records?.list() ?? [];
      const resolution = records?.resolve(row?.key ?? '', verdict);
      records?.close();
      return resolution?.kind;
    };

    it('“executed” stands in the way of every run for 24 hours', () => {
      const ledger = unknownEffect();
      ledger.endRun('run-1');
      expect(resolve('executed')).toBe('resolved');
      const other = effect({ runId: 'run-2' });
      const record = { state: 'done', result: undefined, resolvedByPerson: true };
      clock.time += DAY - 1;
      expect(ledger.find(other)).toMatchObject(record);
      expect(ledger.begin(other)).toMatchObject(record);
      clock.time += 1;
      expect(ledger.find(other)).toBeUndefined();
    });

    it('“executed” stands for its dedupe when that is longer', () => {
      const ledger = unknownEffect({ dedupe: 3 * DAY });
      resolve('executed');
      clock.time += 3 * DAY - 1;
      expect(ledger.find(effect({ runId: 'run-2' }))?.state).toBe('done');
      clock.time += 1;
      expect(ledger.find(effect({ runId: 'run-2' }))).toBeUndefined();
    });

    it('“executed” stands for 24 hours when its dedupe is shorter', () => {
      const ledger = unknownEffect({ dedupe: HOUR });
      resolve('executed');
      clock.time += DAY - 1;
      expect(ledger.find(effect({ dedupe: HOUR, runId: 'run-2' }))?.state).toBe('done');
      clock.time += 1;
      expect(ledger.find(effect({ dedupe: HOUR, runId: 'run-2' }))).toBeUndefined();
    });

    it('“executed” still stands after the end of its run', () => {
      const ledger = unknownEffect();
      resolve('executed');
      ledger.endRun('run-1');
      clock.time += DAY - 1;
      expect(ledger.find(effect({ runId: 'run-2' }))?.state).toBe('done');
      clock.time += 1;
      expect(ledger.find(effect())).toBeUndefined();
    });

    it('“not executed” lets it be tried again', () => {
      const ledger = unknownEffect();
      expect(resolve('not-executed')).toBe('resolved');
      expect(ledger.begin(effect())).toBeUndefined();
      expect(rowsOf()).toMatchObject([{ state: 'pending', tries: 2, resolvedByPerson: false }]);
    });

    it.each(['executed', 'not-executed'] as const)(
      'is not overruled by an answer that comes late (%s)',
      (verdict) => {
        const ledger = unknownEffect();
        resolve(verdict);
        ledger.settle(effect(), { kind: 'done', result: '"late"' });
        expect(rowsOf()).toMatchObject([
          { state: verdict === 'executed' ? 'done' : 'failed', resolvedByPerson: true },
        ]);
        const found = ledger.find(effect());
        if (verdict === 'executed') expect(found).toMatchObject({ result: undefined });
        else expect(found).toBeUndefined();
      },
    );
  });

  describe('a file that cannot serve', () => {
    beforeEach(() => mkdirSync(join(folder, 'state')));

    const failure = (): string => {
      try {
        open();
      } catch (error) {
        if (error instanceof Error) return error.message;
      }
      throw new Error('it opened');
    };

    it.each([
      ['text', Buffer.from('not a database, but a note of somebody'.repeat(200))],
      ['nothing', Buffer.alloc(0)],
      ['zeros', Buffer.alloc(8192)],
    ])('is left alone when it holds %s', (_, content) => {
      writeFileSync(path, content);
      expect(failure()).toContain(path);
      expect(failure()).toMatch(/damaged|not a ledger/);
      expect(statSync(path).size).toBe(content.length);
    });

    it('is left alone when its pages are damaged', () => {
      rmSync(join(folder, 'state'), { recursive: true });
      const ledger = open();
      for (let index = 0; index < 200; index += 1) {
        ledger.begin(numbered(index));
      }
      ledger.close();
      const bytes = readFileSync(path);
      bytes.fill(0xff, 4096);
      writeFileSync(path, bytes);
      const message = (() => {
        try {
          const damaged = open();
          damaged.begin(numbered(1));
        } catch (error) {
          return error instanceof Error ? error.message : '';
        }
        return '';
      })();
      expect(message).toContain(`the ledger ${path} is damaged`);
      expect(message).toContain('move the file');
      expect(readFileSync(path).equals(bytes)).toBe(true);
    });

    it('is left alone when it is a database of somebody else', () => {
      const database = new Database(path);
      database.exec('CREATE TABLE notes (text TEXT)');
      database.close();
      expect(failure()).toMatch(/is not a ledger of fuze/);
    });

    it('is refused when a newer fuze wrote it', () => {
      open({ path: join(folder, 'other.db') }).close();
      const database = new Database(join(folder, 'other.db'));
      database.pragma('user_version = 2');
      database.close();
      path = join(folder, 'other.db');
      expect(failure()).toMatch(/written by a newer fuze \(its format is version 2/);
    });

    it('is named when a folder stands in its place', () => {
      mkdirSync(path);
      expect(failure()).toContain(path);
    });

    it('is named when its folder is a file', () => {
      writeFileSync(join(folder, 'file'), '');
      path = join(folder, 'file', 'ledger.db');
      expect(failure()).toContain(path);
    });
  });
});
