import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addLedger } from '../../src/cli/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { effect, hashOf } from '../guard/effect-ledger-contract.js';
import { runCommand } from './support/run-command.js';

let folder: string;
let path: string;

const run = (...args: string[]) => runCommand(addLedger, ['ledger', ...args]);

const list = (...args: string[]) => run('list', '--state-dir', folder, ...args);
const resolve = (...args: string[]) => run('resolve', '--state-dir', folder, ...args);

/** One effect of each state but failed; returns the keys. */
function record(): { unknown: string; pending: string; done: string } {
  const ledger = openLedger({ path, server: 'shop' });
  const key = (tool: string): string => ledger.find(effect({ tool }))?.key ?? '';
  ledger.begin(effect({ tool: 'refund' }));
  ledger.settle(effect({ tool: 'refund' }), { kind: 'unknown', reason: 'timeout' });
  ledger.begin(effect({ tool: 'mail' }));
  ledger.begin(effect({ tool: 'order' }));
  ledger.settle(effect({ tool: 'order' }), { kind: 'done', result: '1' });
  const keys = { unknown: key('refund'), pending: key('mail'), done: key('order') };
  ledger.close();
  return keys;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuze-ledger-'));
  path = join(folder, 'ledger.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('fuze ledger list', () => {
  it('says that there is no ledger, and creates none', async () => {
    expect(await list()).toEqual({
      code: 0,
      stdout: `No ledger yet: there is no ${path}.\n`,
      stderr: '',
    });
    expect(await list('--json')).toMatchObject({ code: 0, stdout: '[]\n' });
    expect(await list()).toMatchObject({ stdout: expect.stringContaining('No ledger yet') });
  });

  it('lists every effect for people', async () => {
    const keys = record();
    const { code, stdout } = await list();
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^KEY +STATE +SINCE +TRIES +SERVER +TOOL +RUN +REASON$/);
    expect(lines.find((line) => line.startsWith(keys.unknown))).toMatch(
      /^\w{12} {2}unknown {2}\d{4}-\d\d-\d\dT[\d:.]+Z +1 +shop +refund +run-1 +timeout$/,
    );
  });

  it('lists those of one state, as JSON', async () => {
    const keys = record();
    const { stdout } = await list('--state', 'unknown', '--json');
    expect(JSON.parse(stdout)).toEqual([
      {
        key: keys.unknown,
        state: 'unknown',
        server: 'shop',
        tool: 'refund',
        runId: 'run-1',
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        settled: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        reason: 'timeout',
        tries: 1,
        resolvedByPerson: false,
      },
    ]);
    expect(JSON.parse((await list('--state', 'failed', '--json')).stdout)).toEqual([]);
    expect((await list('--state', 'failed')).stdout).toBe(`No failed side effects in ${path}.\n`);
  });

  it('does not let a tool’s name steer the terminal', async () => {
    const ledger = openLedger({ path, server: 'shop' });
    ledger.begin(effect({ tool: 'pay\u001b[2J\nforged\u202e' }));
    ledger.close();
    const { stdout } = await list();
    expect(stdout).toContain('pay\\u{1b}[2J\\u{a}forged\\u{202e}');
    expect(stdout.split('\n')).toHaveLength(3);
  });

  it('refuses a state that there is not', async () => {
    expect(await list('--state', 'lost')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/found "lost", allowed are unknown, pending, done, failed/),
    });
  });

  it('refuses a --config that there is not', async () => {
    const missing = join(folder, 'no.toml');
    expect(await run('list', '--config', missing)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(missing),
    });
  });

  it('finds the ledger beside the fuze.toml named, whatever that holds', async () => {
    const file = join(folder, 'fuze.toml');
    writeFileSync(file, 'not = toml = at all');
    expect((await run('list', '--config', file)).stdout).toContain(join(folder, '.fuze'));
  });

  it('names a damaged ledger and leaves it', async () => {
    writeFileSync(path, 'x'.repeat(5000));
    expect(await list()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(path),
    });
  });
});

describe('fuze ledger resolve', () => {
  it('--executed: an identical call is not run again', async () => {
    const keys = record();
    expect(await resolve(keys.unknown, '--executed')).toMatchObject({
      code: 0,
      stdout: `${keys.unknown} (refund) is now executed: identical calls are answered without running it again.\n`,
    });
    const ledger = openLedger({ path, server: 'shop' });
    expect(ledger.find(effect({ tool: 'refund', runId: 'run-2' }))).toMatchObject({
      state: 'done',
      resolvedByPerson: true,
    });
    ledger.close();
    expect((await list()).stdout).toMatch(/refund .*resolved by a person$/m);
  });

  it('--not-executed: an identical call may run; capitals and four digits will do', async () => {
    const keys = record();
    const { code, stdout } = await resolve(
      keys.unknown.slice(0, 4).toUpperCase(),
      '--not-executed',
    );
    expect(stdout).toContain(
      `${keys.unknown} (refund) is now not executed: it may be tried again.`,
    );
    expect(code).toBe(0);
    const ledger = openLedger({ path, server: 'shop' });
    expect(ledger.begin(effect({ tool: 'refund' }))).toBeUndefined();
    ledger.close();
  });

  it.each([
    ['pending', /is pending.*still in flight/],
    ['done', /is done.*known to have been executed/],
  ] as const)('refuses an effect that is %s', async (state, text) => {
    const keys = record();
    expect(await resolve(keys[state], '--not-executed')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(text),
    });
  });

  it('refuses to resolve twice', async () => {
    const keys = record();
    await resolve(keys.unknown, '--not-executed');
    expect(await resolve(keys.unknown, '--executed')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is failed.*may be tried again \(a person said so before\)/),
    });
  });

  it('names the nearest key for one that there is not', async () => {
    const keys = record();
    const mistyped = (keys.unknown.startsWith('0') ? '1' : '0') + keys.unknown.slice(1);
    expect(await resolve(mistyped, '--executed')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Did you mean ${keys.unknown}?`),
    });
  });

  it('says that there is no such key when there is no ledger', async () => {
    expect(await resolve('abcd', '--executed')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no effect begins with abcd/),
    });
  });

  it('refuses digits that several effects begin with, and names them', async () => {
    const ledger = openLedger({ path, server: 'shop' });
    // Enough effects that two share their first four digits: 65,536 beginnings, 1,500 effects.
    const keys: string[] = [];
    for (let index = 0; index < 1500; index += 1) {
      const of = effect({ argsHash: hashOf(String(index)) });
      ledger.begin(of);
      keys.push(ledger.find(of)?.key ?? '');
    }
    ledger.close();
    keys.sort();
    const twin = keys.find((key, index) => keys[index + 1]?.startsWith(key.slice(0, 4)));
    expect(twin).toBeDefined();
    const { code, stderr } = await resolve(twin?.slice(0, 4) ?? '', '--executed');
    expect(code).toBe(1);
    expect(stderr).toContain(`${twin}, `);
  });

  it.each([
    ['no verdict', ['abcd']],
    ['both verdicts', ['abcd', '--executed', '--not-executed']],
    ['three digits', ['abc', '--executed']],
    ['what is not a key', ['wxyz', '--executed']],
  ])('is used wrongly with %s', async (_, args) => {
    const { code, stderr } = await resolve(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^fuze: /);
  });
});
