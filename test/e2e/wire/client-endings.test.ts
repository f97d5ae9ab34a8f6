import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { callText, expectNoSurvivors, startRawProxy } from '../support/raw-proxy.js';

/** fuze promises 2 s; the rest is for a machine that has other things to do. */
const soon = 6_000;
const stubborn = ['--ignore-eof', '--ignore-signals'];

async function timed<T>(work: Promise<T>): Promise<T> {
  const start = performance.now();
  const value = await work;
  expect(performance.now() - start).toBeLessThan(soon);
  return value;
}

describe('order', () => {
  test.each([
    ['a call', ''],
    ['a side effect, which the ledger must have first', '[proxy.tools.late]\nside_effect = true\n'],
  ])(
    '[order] %s, its cancellation and a ping, in one write, stay in that order',
    async (_, config) => {
      const { fuze, receivedNow } = startRawProxy({ config });
      const lines = [
        callText('1', 'late'),
        '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
        '{"jsonrpc":"2.0","id":2,"method":"ping"}',
      ];
      await fuze.write(`${lines.join('\n')}\n`);
      expect((await fuze.next()).id).toBe(2);
      expect(receivedNow().toString()).toBe(`${lines.join('\n')}\n`);
      // The late answer of the server to the cancelled call was not passed on.
      expect(fuze.unread).toEqual([]);
    },
  );

  test('[order] 2,000 messages of all kinds in one write stay in their order', async () => {
    const { fuze, received } = startRawProxy({ config: '[proxy]\nmax_iterations = 10000\n' });
    const lines = Array.from({ length: 2000 }, (_, n) =>
      n % 3 === 0
        ? `{"method":"notifications/x","params":{"n":${n}}}`
        : callText(`${n}`, 'ok', { n }),
    );
    await fuze.write(`${lines.join('\n')}\n`);
    expect(await received()).toBe(`${lines.join('\n')}\n`);
    const ids = fuze.unread.map(({ id }) => id);
    expect(ids).toEqual(lines.map((_, n) => n).filter((n) => n % 3 !== 0));
  });
});

describe('cancellation', () => {
  test('[cancel-settled] of calls that were refused or answered, and of none at all', async () => {
    const { fuze } = startRawProxy({ config: '[proxy.tools.counter]\nmax_calls_per_run = 1\n' });
    await fuze.call('counter', {}, 1);
    expect((await fuze.call('counter', {}, 2)).isToolError).toBe(true);
    for (const params of [
      '{"requestId":1}',
      '{"requestId":2}',
      '{"requestId":2}',
      '{"requestId":"never seen"}',
      '{"requestId":null}',
      '{"requestId":{}}',
      '{"requestId":1,"RequestId":2}',
      '{}',
      'null',
      '[1]',
    ]) {
      await fuze.write(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}\n`);
    }
    await fuze.write('{"method":"notifications/cancelled"}\n');
    expect((await fuze.call('ok', {}, 1)).toolText).toBe('ok');
    fuze.endInput();
    expect((await fuze.closed).code).toBe(0);
    expect(fuze.unread).toEqual([]);
  });

  test('[cancel-settled] of a call that fuze holds: never forwarded, nothing left behind', async () => {
    const { fuze, received } = startRawProxy({
      config: '[proxy.tools.hold]\nside_effect = true\n',
    });
    await fuze.write(`${callText('1', 'hold', { key: 'k' })}\n`);
    await fuze.next(({ method }) => method === 'raw/held');
    const before = await received();
    await fuze.write(`${callText('2', 'hold', { key: 'k' })}\n`);
    await fuze.notify('notifications/cancelled', { requestId: 2 });
    await fuze.notify('raw/release', { keys: ['k'] });
    expect((await fuze.next()).id).toBe(1);
    expect(await received()).toBe(
      `${before}{"jsonrpc":"2.0","method":"raw/release","params":{"keys":["k"]}}\n`,
    );
    expect(fuze.unread).toEqual([]);
  });
});

describe('the client leaves', () => {
  test('[end-of-file] an answer on its way still arrives', async () => {
    const { fuze } = startRawProxy();
    fuze.child.stdin.end(`${callText('1', 'delay', { ms: 300 })}\n`);
    expect(await timed(fuze.closed)).toEqual({ code: 0, signal: null });
    expect(fuze.unread).toMatchObject([{ id: 1, toolText: 'ok' }]);
  });

  test('[end-of-file] what gets no answer in time is answered by fuze, and everything is gone', async () => {
    const { fuze } = startRawProxy({ server: [...stubborn, '--grandchild', 'pid'] });
    await fuze.write(`${callText('1', 'never')}\n{"id":"2","method":"raw/unknown"}\n`);
    await fuze.response('2');
    fuze.endInput();
    expect(await timed(fuze.exit)).toEqual({ code: 0, signal: null });
    expect((await fuze.next()).error).toMatchObject({ code: -32000 });
    await expectNoSurvivors(fuze);
  });

  test.each([
    ['at once', ''],
    ['in the middle of a line', '{"jsonrpc":"2.0","id":1,"meth'],
    ['in the middle of a character', Buffer.from([0x22, 0xe2, 0x82])],
  ])('[end-of-file] %s', async (_, input) => {
    const { fuze, receivedNow } = startRawProxy();
    fuze.child.stdin.end(input);
    expect(await timed(fuze.closed)).toEqual({ code: 0, signal: null });
    expect(fuze.unread.map(({ error }) => error?.code)).toEqual(input.length > 0 ? [-32700] : []);
    expect(receivedNow()).toHaveLength(0);
  });

  test('[end-of-file] on a client that also reads nothing any more', async () => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1', 'never')}\n`);
    await fuze.request('ping', undefined, 'p');
    fuze.child.stdout.destroy();
    fuze.endInput();
    expect((await timed(fuze.exit)).code).toBe(0);
    await expectNoSurvivors(fuze);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '[signals] %s: pending calls are answered, the server goes, the exit code tells',
    async (signal) => {
      const { fuze } = startRawProxy({ server: stubborn });
      await fuze.write(`${callText('1', 'delay', { ms: 300 })}\n${callText('2', 'never')}\n`);
      await fuze.request('ping', undefined, 'p');
      fuze.signal(signal);
      expect(await timed(fuze.exit)).toEqual({
        code: 128 + constants.signals[signal],
        signal: null,
      });
      expect((await fuze.response(1)).toolText).toBe('ok');
      expect((await fuze.response(2)).error).toMatchObject({ code: -32000 });
      await expectNoSurvivors(fuze);
    },
  );

  test.each([
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
    ['SIGHUP', 'SIGTERM'],
  ] as const)('[signals] %s, then %s: ends at once', async (first, second) => {
    const { fuze } = startRawProxy({ server: [...stubborn, '--grandchild', 'pid'] });
    await fuze.write(`${callText('1', 'never')}\n`);
    await fuze.request('ping', undefined, 'p');
    fuze.signal(first);
    fuze.signal(second);
    const either = [first, second].map((signal) => 128 + constants.signals[signal]);
    expect(either).toContain((await timed(fuze.exit)).code);
    // Without the grace that a pending call has after the first.
    await expect(fuze.response(1)).rejects.toThrow('its output');
    await expectNoSurvivors(fuze);
  });
});
