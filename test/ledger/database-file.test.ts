import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
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

  it('takes a file back from others who could read it', () => {
    const path = join(folder, 'ledger.db');
    openDatabaseFile(path).close();
    chmodSync(path, 0o644);
    openDatabaseFile(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing beside the ledger', () => {
    openDatabaseFile(join(folder, 'a', 'b', 'ledger.db')).close();
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['ledger.db']);
  });
});
