import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fixture, runFuze, startProxy } from '../support/fuze-process.js';
import { callText, expectNoSurvivors, standstill, startRawProxy } from '../support/raw-proxy.js';

const server = fixture('raw-server');

describe('exit codes of fuze proxy', () => {
  test.each([
    ['no command', ['proxy']],
    ['no command after the dashes', ['proxy', '--']],
    ['an unknown option', ['proxy', '--no-such-option', '--', ...server]],
    ['a number that is none', ['proxy', '--max-cost', 'abc', '--', ...server]],
    ['a number that is not finite', ['proxy', '--max-iterations', 'Infinity', '--', ...server]],
    ['a configuration that is not there', ['proxy', '--config', 'missing.toml', '--', ...server]],
    ['an unknown command', ['porxy']],
  ])('[command-line] 2 for %s, before any server is started', async (_, args) => {
    const env = { RAW_LOG: 'raw.log' };
    const done = await runFuze(args, { env, input: `${callText('1', 'ok')}\n` });
    expect(done).toMatchObject({ code: 2, stdout: '' });
    expect(done.stderr).not.toBe('');
    expect(done.stderr).not.toMatch(/^\s+at /m);
    expect(done.workspace.read('raw.log')).toHaveLength(0);
  });

  test('[command-line] 2 for a configuration with a mistake, named with file, line and key', async () => {
    const config = '[proxy]\nmax_iteration = 5\n';
    const done = await runFuze(['proxy', '--', ...server], { config });
    expect(done).toMatchObject({ code: 2, stdout: '' });
    expect(done.stderr).toMatch(/fuze\.toml.*2.*max_iteration/s);
  });

  test('[command-line] 0 when the client left', async () => {
    const done = await runFuze(['proxy', '--', ...server], { input: `${callText('1', 'ok')}\n` });
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('"id":1');
  });

  test.each([
    ['the code of the server', 'exit', { code: 42 }, 42],
    ['128 + signal of the server', 'kill', { signal: 'SIGABRT' }, 128 + constants.signals.SIGABRT],
  ])('[command-line] %s', async (_, tool, args, code) => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1', tool, args)}\n`);
    expect(await fuze.exit).toEqual({ code, signal: null });
  });
});

describe('stdout', () => {
  test('[command-line] carries nothing but JSON-RPC, whatever happens', async () => {
    const config =
      '[proxy.tools.counter]\nmax_calls_per_run = 1\n[proxy.tools.never]\ntimeout = "50ms"\n';
    const { fuze } = startRawProxy({
      config,
      flags: ['--verbose', '--trace', '--trip-log', 'trip.json'],
      server: ['--banner', 'Welcome!', '--noise', 'tick'],
    });
    await fuze.write('hello\n42\n{"id":1,"method":"tools/call"}\n');
    for (let id = 10; id < 13; id += 1) await fuze.call('counter', {}, id);
    await fuze.call('never', {}, 20);
    await fuze.call('twice', {}, 21);
    fuze.workspace.write('fuze.toml', '[proxy]\nno_such_key = 1\n');
    await fuze.stderrMatches(/no_such_key/);
    await fuze.write(`${callText('22', 'exit')}\n`);
    await fuze.closed;
    expect(fuze.unread.map(({ json }) => json)).toMatchObject(
      fuze.unread.map(() => ({ jsonrpc: '2.0' })),
    );
    expect(fuze.unfinishedLine).toHaveLength(0);
    expect(fuze.unread).toHaveLength(4);
  });
});

describe.each(['FUZE', 'DRIFTGUARD_FUSE'])('%s=0', (name) => {
  const off = { [name]: '0' };
  const notice = /^fuze: [^\n]*unguarded\n/;

  test('[command-line] passes everything, with one line on stderr', async () => {
    const config = '[proxy.tools.counter]\nmax_calls_per_run = 1\n';
    const { fuze, received } = startRawProxy({
      config,
      env: off,
      server: ['--banner', 'Welcome!'],
    });
    expect((await fuze.next()).text).toBe('Welcome!');
    const lines = [
      callText('1', 'counter'),
      callText('1', 'counter'),
      '{"method":"ping","id":2,"id":3}',
      '\r',
      'hello',
      `[${callText('4', 'counter')}]`,
    ];
    await fuze.write(`${lines.join('\n')}\n`);
    expect((await fuze.next(({ json }) => Array.isArray(json))).text).toContain('call 3');
    expect(await received()).toBe(`${lines.join('\n')}\n`);
    fuze.endInput();
    expect((await fuze.closed).code).toBe(0);
    expect(fuze.stderr.replace(/raw-server: .*\n/g, '')).toMatch(new RegExp(`${notice.source}$`));
  });

  test('[command-line] even with a configuration that is broken', async () => {
    const { fuze } = startRawProxy({ config: 'not toml at all', env: off });
    expect((await fuze.call('ok')).toolText).toBe('ok');
  });

  test('[command-line] keeps the last output of the server, and its exit code', async () => {
    const { fuze } = startRawProxy({ env: off });
    await fuze.request('ping', undefined, 'p');
    fuze.pauseOutput();
    const big = callText('1', 'big', { bytes: 300_000 });
    await fuze.write(`${big}\n${callText('2', 'answer-and-exit', { code: 9 })}\n`);
    // More than the client's pipe takes, so that the server is gone while its output is still with fuze.
    await standstill(() => fuze.workspace.survivors().length);
    fuze.resumeOutput();
    expect((await fuze.response(1)).result).toBeDefined();
    expect((await fuze.response(2)).toolText).toBe('bye');
    expect((await fuze.exit).code).toBe(9);
  });

  test('[command-line] keeps the exit code of a server that goes while the client writes', async () => {
    const { fuze } = startRawProxy({ env: off });
    await fuze.request('ping', undefined, 'p');
    const lines = Array.from({ length: 200 }, (_, n) => callText(`${n}`, 'ok', { n }));
    const exit = callText('"x"', 'exit', { code: 9 });
    await fuze.write(`${lines.join('\n')}\n${exit}\n`);
    // It has taken the call, and whatever comes now finds nobody.
    while (fuze.child.exitCode === null) {
      fuze.child.stdin.write(`${lines.join('\n')}\n`);
      await sleep(1);
    }
    expect((await fuze.exit).code).toBe(9);
    expect((await fuze.response(199)).toolText).toBe('ok');
  });

  test('[command-line] ends with a server that takes nothing more, though it lives on', async () => {
    const { fuze } = startRawProxy({ env: off });
    expect((await fuze.call('close-stdin')).toolText).toBe('ok');
    while (fuze.child.exitCode === null) {
      fuze.child.stdin.write(`${callText('1', 'ok')}\n`);
      await sleep(10);
    }
    expect((await fuze.closed).code).toBe(0);
    await expectNoSurvivors(fuze);
  });

  test('[command-line] leaves nothing running', async () => {
    const { fuze } = startRawProxy({
      env: off,
      server: ['--ignore-eof', '--ignore-signals', '--grandchild', 'pid'],
    });
    await fuze.request('ping', undefined, 'p');
    fuze.signal('SIGTERM');
    expect((await fuze.exit).code).toBe(143);
    await expectNoSurvivors(fuze);
  });

  test('[command-line] exits with 127 when there is no such server', async () => {
    const fuze = startProxy(['no-such-command-here'], { env: off });
    expect((await fuze.closed).code).toBe(127);
    expect(fuze.stderr).toMatch(/no-such-command-here/);
  });
});
