import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/open.js';
import { effect } from '../guard/effect-ledger-contract.js';
import { runFuze, Workspace } from './support/fuze-process.js';

/** A workspace whose ledger holds one unknown effect, and the key of it. */
function withUnknown(): { workspace: Workspace; key: string } {
  const workspace = new Workspace('');
  mkdirSync(workspace.stateDir, { recursive: true });
  const ledger = openLedger({ path: join(workspace.stateDir, 'ledger.db'), server: 'shop' });
  ledger.begin(effect());
  ledger.settle(effect(), { kind: 'unknown', reason: 'timeout' });
  const key = ledger.find(effect())?.key ?? '';
  ledger.close();
  return { workspace, key };
}

describe('fuze ledger, the real program', () => {
  it('lists and resolves what is beside the fuze.toml in force', async () => {
    const { workspace, key } = withUnknown();
    const before = await runFuze(['ledger', 'list', '--state', 'unknown', '--json'], { workspace });
    expect(before.stderr).toBe('');
    expect(before.code).toBe(0);
    expect(JSON.parse(before.stdout)).toMatchObject([{ key, tool: 'pay', reason: 'timeout' }]);

    const resolved = await runFuze(['ledger', 'resolve', key.slice(0, 6), '--executed'], {
      workspace,
    });
    expect(resolved).toMatchObject({ code: 0, stderr: '' });
    expect(resolved.stdout).toContain(`${key} (pay) is now executed`);

    const after = await runFuze(['ledger', 'list', '--state-dir', workspace.stateDir], {
      workspace,
      cwd: workspace.home,
    });
    expect(after.stdout).toMatch(/done .*resolved by a person/);
  });

  it('exits 1 for a key that there is not, 2 for wrong usage', async () => {
    const { workspace } = withUnknown();
    const missing = await runFuze(['ledger', 'resolve', '0000', '--executed'], { workspace });
    expect(missing.code).toBe(1);
    for (const args of [
      ['ledger', 'resolve', '0000'],
      ['ledger', 'resolve'],
      ['ledger', 'list', '--state', 'lost'],
      ['ledger', 'list', '--colour'],
    ]) {
      const { code, stdout, stderr } = await runFuze(args, { workspace });
      expect(code, args.join(' ')).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).not.toBe('');
    }
  });
});
