import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { fuzeBin, runFuze, startFuze, Workspace } from './support/fuze-process.js';

const STACK = /^ +at .*:\d+:\d+\)?$/m;

describe('an error', () => {
  it.each([
    [['verify', 'nowhere.jsonl']],
    [['verify', '.']],
    [['report', 'nowhere.jsonl']],
    [['report', '.']],
    [['simulate', 'nowhere.jsonl']],
    [['simulate', '.']],
    [['validate-trip-log', 'nowhere.json']],
    [['validate-trip-log', '.']],
    [['init', '--output', 'no-folder/fuze.toml']],
    [['init', '--output', '.']],
    [['doctor', '--config', 'nowhere.toml']],
    [['ledger', 'list', '--config', '.']],
    [['proxy', '--config', '.', '--', 'x']],
    [['proxy', '--', 'no-such-command']],
    [['status', 'more']],
    [['demo', 'more']],
  ])('of fuze %j is told without a stack trace, and not with exit code 0', async (args) => {
    const { code, stdout, stderr } = await runFuze(args);
    expect(code).toBeGreaterThan(0);
    expect(`${stdout}${stderr}`).not.toBe('');
    expect(`${stdout}${stderr}`).not.toMatch(STACK);
  });

  it('that no command expected tells path and reason, and with --verbose where it arose', async () => {
    const workspace = new Workspace();
    const { home } = workspace;
    // A registry that is a file cannot be listed.
    mkdirSync(`${home}/.fuze`);
    writeFileSync(`${home}/.fuze/proxies`, '');
    const quiet = await runFuze(['status'], { workspace });
    expect(quiet.code).toBe(1);
    expect(quiet.stderr).toMatch(/^fuze: .*\.fuze\/proxies: a part of the path is a file/);
    expect(quiet.stderr).not.toMatch(STACK);
    const verbose = await runFuze(['--verbose', 'status'], { workspace });
    expect(verbose.stderr).toMatch(STACK);
  });

  it.runIf(process.platform === 'linux')('of a full disk on stdout is told', () => {
    const command = `"${process.execPath}" "${fuzeBin}" completion bash > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^fuze: the output cannot be written: the disk is full\n$/);
  });
});

describe('a reader that has seen enough', () => {
  it.each([['completion bash'], ['--help'], ['init --help'], ['doctor --no-start']])(
    'of fuze %s is no error',
    (words) => {
      const command = `"${process.execPath}" "${fuzeBin}" ${words} | true`;
      const { stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${command}`], {
        encoding: 'utf8',
        env: new Workspace().env(),
      });
      expect(stderr).toBe('');
    },
  );
});

describe('Ctrl-C', () => {
  it('ends fuze init and the server that it started', async () => {
    const workspace = new Workspace();
    const fuze = startFuze(['init', '--', 'sleep', '100'], { workspace });
    await vi.waitFor(() => expect(workspace.survivors()).toHaveLength(2), { timeout: 10_000 });
    fuze.signal('SIGINT');
    expect(await fuze.exit).toMatchObject({ code: 130 });
    await vi.waitFor(() => expect(workspace.survivors()).toEqual([]), { timeout: 5_000 });
    expect(fuze.stderr).not.toMatch(STACK);
  });
});
