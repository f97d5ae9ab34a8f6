import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabaseFile } from '../../src/ledger/database-file.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuze-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('openDatabaseFile', () => {
  it('syncs its log at every commit: WAL with synchronous=FULL', () => {
    const path = join(folder, 'ledger.db');
    for (const time of ['created', 'opened again']) {
      const database = openDatabaseFile(path);
      expect(database.pragma('journal_mode', { simple: true }), time).toBe('wal');
      // 2 is FULL, see https://www.sqlite.org/pragma.html#pragma_synchronous
      expect(database.pragma('synchronous', { simple: true }), time).toBe(2);
      database.close();
    }
  });

  it('leaves nothing beside the ledger', () => {
    openDatabaseFile(join(folder, 'a', 'b', 'ledger.db')).close();
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['ledger.db']);
  });
});
