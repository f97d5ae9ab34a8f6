import { chmodSync, mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { fixture, runFuze, startProxy, Workspace } from '../support/fuze-process.js';
import { callText, expectNoSurvivors, standstill, startRawProxy } from '../support/raw-proxy.js';

const effects = '[proxy.tools.effect]\nside_effect = true\n';
const farewell = (how: string) => ({
  code: -32000,
  message: expect.stringContaining(`server exited (${how})`),
});

async function unknownEffects(workspace: Workspace): Promise<unknown[]> {
  const listed = await runFuze(['ledger', 'list', '--json', '--state', 'unknown'], { workspace });
  const parsed: unknown = JSON.parse(listed.stdout);
  return Array.isArray(parsed) ? parsed : [];
}

describe('the server goes', () => {
  test('[server-exits] with calls in flight: each is answered, fuze exits with its code', async () => {
    const { fuze } = startRawProxy({ config: effects });
    await fuze.write(`${callText('1', 'never')}\n${callText('2', 'effect', { and: 'never' })}\n`);
    await fuze.write(`{"id":"3","method":"ping"}\n${callText('4', 'exit', { code: 3 })}\n`);
    await fuze.response('3');
    for (const id of [1, 2, 4])
      expect((await fuze.response(id)).error).toMatchObject(farewell('code 3'));
    expect(await fuze.closed).toEqual({ code: 3, signal: null });
    expect(fuze.unread).toEqual([]);
    expect(await unknownEffects(fuze.workspace)).toHaveLength(1);
  });

  test.each(['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const)(
    '[server-exits] by %s: the answers and the exit code tell',
    async (signal) => {
      const { fuze } = startRawProxy({ config: effects });
      await fuze.write(
        `${callText('1', 'effect', { and: 'never' })}\n${callText('2', 'kill', { signal })}\n`,
      );
      for (const id of [1, 2]) {
        expect((await fuze.response(id)).error).toMatchObject(farewell(`signal ${signal}`));
      }
      expect(await fuze.closed).toEqual({ code: 128 + constants.signals[signal], signal: null });
      expect(await unknownEffects(fuze.workspace)).toHaveLength(1);
    },
  );

  test('[server-exits] its last answer still arrives, however large', async () => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1', 'big')}\n${callText('2', 'answer-and-exit', { code: 4 })}\n`);
    expect((await fuze.response(1)).result).toBeDefined();
    expect((await fuze.response(2)).toolText).toBe('bye');
    expect((await fuze.closed).code).toBe(4);
  });

  test('[server-exits] while the client is slow to read: nothing is lost', async () => {
    const { fuze } = startRawProxy();
    await fuze.request('ping', undefined, 'p');
    fuze.pauseOutput();
    const big = callText('1', 'big', { bytes: 300_000 });
    await fuze.write(`${big}\n${callText('2', 'answer-and-exit')}\n${callText('3', 'never')}\n`);
    await standstill(() => fuze.workspace.survivors().length);
    fuze.resumeOutput();
    expect((await fuze.response(1)).result).toBeDefined();
    expect((await fuze.response(2)).toolText).toBe('bye');
    expect((await fuze.response(3)).error).toMatchObject({ code: -32000 });
  });

  test.each([1, 2, 3, 4, 5])(
    '[server-exits] in the middle of a burst: what it answered before is there (%i)',
    async () => {
      const { fuze } = startRawProxy();
      await fuze.request('ping', undefined, 'p');
      const tools = Array.from({ length: 200 }, (_, n) => (n === 70 ? 'exit' : 'ok'));
      await fuze.write(tools.map((tool, n) => `${callText(`${n}`, tool, { n })}\n`).join(''));
      for (const [id] of tools.entries()) {
        const answer = await fuze.response(id);
        if (id < 70) expect(answer.toolText).toBe('ok');
        else expect(answer.error).toMatchObject(farewell('code 1'));
      }
      expect((await fuze.closed).code).toBe(1);
    },
  );

  test('[server-exits] after the client has left: the reason is the server’s, the exit code the client’s', async () => {
    const { fuze } = startRawProxy();
    fuze.child.stdin.end(`${callText('1', 'never')}\n${callText('2', 'exit', { code: 3 })}\n`);
    for (const id of [1, 2]) {
      expect((await fuze.response(id)).error).toMatchObject(farewell('code 3'));
    }
    expect((await fuze.closed).code).toBe(0);
  });

  test.each([
    ['half an answer', false, { code: -32000 }],
    ['an answer without its line feed', true, undefined],
  ])('[server-exits] in %s: one whole line for each call', async (_, whole, error) => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1', 'never')}\n${callText('2', 'exit-unfinished', { whole })}\n`);
    const answer = await fuze.response(2);
    if (error === undefined) expect(answer.result).toEqual({ content: [] });
    else expect(answer.error).toMatchObject(error);
    expect((await fuze.response(1)).error).toMatchObject({ code: -32000 });
    expect((await fuze.closed).code).toBe(1);
    expect(fuze.unread).toEqual([]);
    expect(fuze.unfinishedLine).toHaveLength(0);
  });

  test('[server-exits] at once: the first request is answered', async () => {
    const { fuze } = startRawProxy({ server: ['--exit', '7'] });
    expect((await fuze.request('initialize', {}, 1)).error).toMatchObject(farewell('code 7'));
    expect((await fuze.closed).code).toBe(7);
  });

  test('[server-exits] with code 0 of its own accord', async () => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1', 'exit', { code: 0 })}\n`);
    expect((await fuze.response(1)).error).toMatchObject(farewell('code 0'));
    expect((await fuze.closed).code).toBe(0);
  });
});

describe('the server cannot be started', () => {
  const workspace = (): Workspace => {
    const made = new Workspace();
    made.write('plain', 'no program\n');
    chmodSync(made.write('script', '#!/no/such/interpreter\n'), 0o755);
    mkdirSync(made.path('folder'));
    return made;
  };

  test.each([
    ['a command that does not exist', 'no-such-command-here', 127],
    ['a path that does not exist', './missing', 127],
    ['a file that is not executable', './plain', 126],
    ['a folder', './folder', 126],
    ['a script without its interpreter', './script', 127],
  ])(
    '[no-start] %s: the first request is answered, one line on stderr',
    async (_, command, code) => {
      const fuze = startProxy([command], { workspace: workspace() });
      const answer = await fuze.request('initialize', {}, 'first');
      expect(answer.error).toMatchObject({
        code: -32000,
        message: expect.stringContaining(command),
      });
      expect(await fuze.closed).toEqual({ code, signal: null });
      expect(fuze.stderr).toMatch(/^fuze: [^\n]*\n$/);
      expect(fuze.stderr).toContain(command);
      expect(fuze.unread).toEqual([]);
    },
  );

  test('[no-start] a signal ends the wait for the first request', async () => {
    const fuze = startProxy(['no-such-command-here']);
    await fuze.stderrMatches(/no-such-command-here/);
    const start = performance.now();
    fuze.signal('SIGTERM');
    expect((await fuze.exit).code).toBe(127);
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  test('[no-start] a client that asks nothing is not waited for', async () => {
    const done = await runFuze(['proxy', '--', 'no-such-command-here']);
    expect(done).toMatchObject({ code: 127, stdout: '' });
    expect(done.stderr).toMatch(/^fuze: [^\n]*\n$/);
  });
});

describe('the server does not want to go', () => {
  const stubborn = ['--ignore-eof', '--ignore-signals', '--grandchild', 'pid'];
  const [node, program] = fixture('raw-server');

  test.each<[string, readonly [string, ...string[]]]>([
    ['itself', fixture('raw-server', ...stubborn)],
    ['behind sh -c', ['sh', '-c', `"${node}" "${program}" ${stubborn.join(' ')}; true`]],
    [
      'behind sh -c, in the background',
      ['sh', '-c', `exec 3<&0; "${node}" "${program}" ${stubborn.join(' ')} <&3 & wait`],
    ],
    ['behind npx', ['npx', '--offline', '-c', `"${node}" "${program}" ${stubborn.join(' ')}`]],
  ])(
    '[stubborn-server] %s: ended with its grandchildren when the client leaves',
    async (_, server) => {
      const fuze = startProxy(server);
      expect((await fuze.request('ping')).result).toEqual({});
      expect(fuze.workspace.survivors().length).toBeGreaterThan(2);
      const start = performance.now();
      fuze.endInput();
      expect((await fuze.exit).code).toBe(0);
      await expectNoSurvivors(fuze);
      // 2 s are promised.
      expect(performance.now() - start).toBeLessThan(6_000);
    },
  );

  test.each([false, true])(
    '[stubborn-server] a grandchild of a later moment, detached: %s',
    async (detached) => {
      const { fuze } = startRawProxy({ server: ['--ignore-eof', '--ignore-signals'] });
      await fuze.call('grandchild', { pid_file: 'pid', detached });
      fuze.endInput();
      expect((await fuze.exit).code).toBe(0);
      await expectNoSurvivors(fuze);
    },
  );

  test('[stubborn-server] the server has gone, a grandchild has not', async () => {
    const { fuze } = startRawProxy();
    await fuze.call('grandchild', { pid_file: 'pid' });
    await fuze.write(`${callText('9', 'exit', { code: 5 })}\n`);
    expect((await fuze.response(9)).error).toMatchObject(farewell('code 5'));
    expect((await fuze.exit).code).toBe(5);
    await expectNoSurvivors(fuze);
  });
});
