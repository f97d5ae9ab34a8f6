import { describe, expect, test } from 'vitest';
import { callText, startRawProxy } from '../support/raw-proxy.js';

const traced = '[proxy]\ntrace = "trace.jsonl"\n';

const mentions = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

describe('what is no message', () => {
  test('[server-noise] a banner and log lines go to stderr, marked, and not to the client', async () => {
    const { fuze } = startRawProxy({
      server: ['--banner', 'raw-server v1 listening', '--noise', '[info] tick'],
      flags: ['--name', 'shop'],
    });
    expect((await fuze.initialize()).result).toBeDefined();
    expect((await fuze.call('banner', { text: '{"half":' })).toolText).toBe('ok');
    await fuze.stderrMatches(/^fuze: \[shop, not a message\] raw-server v1 listening$/m);
    await fuze.stderrMatches(/^fuze: \[shop, not a message\] \[info\] tick$/m);
    await fuze.stderrMatches(/^fuze: \[shop, not a message\] \{"half":$/m);
    expect(fuze.unread).toEqual([]);
  });

  test.each([
    '42',
    'null',
    '"x"',
    '{}',
    '[]',
    '[1]',
    'true',
    '{"jsonrpc":"2.0"}',
    '\uFEFF',
    '[{}]',
  ])('[server-noise] %s is no message either', async (text) => {
    const { fuze } = startRawProxy();
    expect((await fuze.call('banner', { text })).toolText).toBe('ok');
    await fuze.stderrMatches(/not a message\]/);
    expect(fuze.unread).toEqual([]);
  });

  test('[server-noise] bytes that are no UTF-8', async () => {
    const { fuze } = startRawProxy();
    expect((await fuze.call('bad-utf8')).toolText).toBe('ok');
    await fuze.stderrMatches(/not a message\]/);
    expect(fuze.unread).toEqual([]);
  });
});

describe('answers that nobody awaits', () => {
  test.each([
    ['an id that nobody asked for', 'unknown-id'],
    ['the id as another type', 'wrong-id-type'],
    ['the id null', 'null-id'],
  ])('[stray-answer] %s: not passed on, the call still gets its own', async (_, tool) => {
    const { fuze } = startRawProxy();
    expect((await fuze.call(tool, {}, 1)).toolText).toBe('ok');
    await fuze.stderrMatches(/not passed on/);
    expect(fuze.unread).toEqual([]);
  });

  test('[stray-answer] a second answer to the same id: only the first is passed on, warned once', async () => {
    const { fuze } = startRawProxy();
    for (let id = 1; id <= 3; id += 1) {
      expect((await fuze.call('twice', { id }, id)).toolText).toBe('first');
    }
    await fuze.request('ping', undefined, 'p');
    expect(fuze.unread).toEqual([]);
    fuze.endInput();
    await fuze.closed;
    expect(mentions(fuze.stderr, /not passed on/g)).toBe(1);
  });

  test('[stray-answer] among answers of a batch', async () => {
    const { fuze } = startRawProxy();
    const line = '[{"id":99,"result":{}},{"id":1,"result":{"content":[]}},{"id":1,"result":{}}]';
    await fuze.write(`${callText('1', 'raw', { line })}\n`);
    expect((await fuze.next()).json).toEqual([{ id: 1, result: { content: [] } }]);
    await fuze.request('ping', undefined, 'p');
    expect(fuze.unread).toEqual([]);
  });

  test('[stray-answer] the answer to a call that timed out comes too late', async () => {
    const { fuze } = startRawProxy({ config: '[proxy.tools.late]\ntimeout = "50ms"\n' });
    // "late" answers when the cancellation that fuze sends has reached it.
    expect((await fuze.call('late', {}, 1)).decision?.check).toBe('timeout');
    await fuze.request('ping', undefined, 'p');
    expect(fuze.unread).toEqual([]);
  });
});

describe('requests of the server', () => {
  test.each([
    ['sampling/createMessage', { role: 'assistant', content: { type: 'text', text: 'x' } }],
    ['elicitation/create', { action: 'accept', content: { method: 'tools/call' } }],
    ['roots/list', { roots: [{ uri: 'file:///' }] }],
    ['ping', {}],
  ])('[server-request] %s under the id of the pending call', async (method, result) => {
    const { fuze, received } = startRawProxy({
      config: '[proxy.tools.ok]\nmax_calls_per_run = 1\n',
    });
    const call = fuze.call('ask-same-id', { method }, 7);
    expect(await fuze.next()).toMatchObject({ id: 7, method });
    // It looks like a call, and is a response.
    const response = `{"jsonrpc":"2.0","id":7,"result":${JSON.stringify(result)},"params":{"name":"ok"}}`;
    await fuze.write(`${response}\n`);
    expect(JSON.parse((await call).toolText)).toMatchObject({ id: 7, result });
    expect(await received()).toContain(`${response}\n`);
    expect(fuze.unread).toEqual([]);
  });

  test('[server-request] and an error as the response', async () => {
    const { fuze } = startRawProxy();
    const call = fuze.call('ask-same-id', { method: 'roots/list' }, '7');
    expect(await fuze.next()).toMatchObject({ id: '7', method: 'roots/list' });
    await fuze.send({ jsonrpc: '2.0', id: '7', error: { code: -32601, message: 'no roots' } });
    expect((await call).toolText).toContain('no roots');
  });

  test('[server-request] one that the server takes back does not stop the clocks of later calls', async () => {
    const { fuze } = startRawProxy({ config: '[proxy.tools.never]\ntimeout = "200ms"\n' });
    const line = [
      '{"id":9007199254740993,"method":"roots/list"}',
      '{"method":"notifications/cancelled","params":{"requestId":9007199254740993}}',
      '{"id":$ID,"result":{"content":[]}}',
    ].join('\n');
    await fuze.call('raw', { line }, 1);
    await fuze.write(`${callText('2', 'never')}\n${callText('3', 'delay', { ms: 1500 })}\n`);
    expect((await fuze.next(({ isResponse }) => isResponse)).decision?.check).toBe('timeout');
  });

  test('[server-request] the call may be cancelled while its twin waits', async () => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('7', 'ask-same-id', { method: 'roots/list' })}\n`);
    await fuze.next(({ method }) => method === 'roots/list');
    await fuze.notify('notifications/cancelled', { requestId: 7 });
    await fuze.send({ jsonrpc: '2.0', id: 7, result: { roots: [] } });
    await fuze.request('ping', undefined, 'p');
    expect(fuze.unread).toEqual([]);
  });
});

describe('notifications and odd answers', () => {
  test('[server-notifications] progress and log notifications keep their place among the answers', async () => {
    const { fuze } = startRawProxy();
    const params = { name: 'progress', arguments: { steps: 3 }, _meta: { progressToken: 't' } };
    await fuze.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    const steps = [await fuze.next(), await fuze.next(), await fuze.next(), await fuze.next()];
    expect(steps.map(({ id, params }) => id ?? params?.progress)).toEqual([1, 2, 3, 1]);
    expect(steps.at(-1)?.toolText).toBe('ok');
    await fuze.write(`${callText('3', 'log')}\n`);
    const seen = [await fuze.next(), await fuze.next(), await fuze.next()];
    expect(seen.map(({ id, params }) => id ?? params?.data)).toEqual(['before', 3, 'after']);
  });

  test('[both-or-neither] passed unchanged, and an error in the account', async () => {
    const { fuze } = startRawProxy({ config: traced });
    expect((await fuze.call('both', {}, 1)).text).toBe(
      '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"both"}]},"error":{"code":-32603,"message":"both"}}',
    );
    expect((await fuze.call('neither', {}, 2)).text).toBe('{"jsonrpc":"2.0","id":2}');
    const calls = fuze.workspace.jsonLines('trace.jsonl').map(({ payload }) => payload);
    expect(calls).toMatchObject([
      { kind: 'session.start' },
      { tool: 'both', outcome: 'failure' },
      { tool: 'neither', outcome: 'failure' },
    ]);
  });

  test('[both-or-neither] a side effect that ended so may be tried again', async () => {
    const { fuze } = startRawProxy({ config: '[proxy.tools.effect]\nside_effect = true\n' });
    for (const and of ['both', 'neither']) {
      for (let id = 1; id <= 2; id += 1) await fuze.call('effect', { and }, id);
    }
    expect(fuze.workspace.jsonLines('journal')).toHaveLength(4);
  });
});
