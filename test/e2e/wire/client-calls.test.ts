import { describe, expect, test } from 'vitest';
import { callText, startRawProxy } from '../support/raw-proxy.js';

const effect = '[proxy]\ntrace = "trace.jsonl"\n[proxy.tools.effect]\nside_effect = true\n';
const noMoreCounter = '[proxy.tools.counter]\nmax_calls_per_run = 1\n';

describe('a tools/call that tries to slip past', () => {
  test('[call-notification] is not forwarded, logged, traced as refused and not answered', async () => {
    const { fuze, received } = startRawProxy({ config: effect });
    await fuze.write(
      '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"effect","arguments":{"n":1}}}\n' +
        '{"jsonrpc":"2.0","method":"tools\\/call","params":{"name":"effect"}}\n' +
        '{"jsonrpc":"2.0","method":"tools/call","params":{"name":5}}\n',
    );
    expect(await received()).toBe('');
    expect(fuze.unread).toEqual([]);
    await fuze.stderrMatches(/tools\/call without an id/);
    fuze.endInput();
    await fuze.closed;
    const calls = fuze.workspace
      .jsonLines('trace.jsonl')
      .map(({ payload }) => payload)
      .filter((payload) => Object(payload).kind === 'call');
    expect(calls).toMatchObject([
      { tool: 'effect', outcome: 'refused', args: { n: 1 } },
      { tool: 'effect', outcome: 'refused' },
    ]);
    expect(fuze.workspace.read('journal')).toHaveLength(0);
  });

  test.each([
    ['an escaped slash', '{"id":1,"method":"tools\\/call","params":{"name":"counter"}}'],
    ['an escaped solidus', '{"id":1,"method":"tools\\u002fcall","params":{"name":"counter"}}'],
    ['capital hex digits', '{"id":1,"method":"tools\\u002Fcall","params":{"name":"counter"}}'],
    ['an escaped letter', '{"id":1,"method":"\\u0074ools/call","params":{"name":"counter"}}'],
    ['an escaped key', '{"id":1,"\\u006dethod":"tools/call","params":{"name":"counter"}}'],
    ['escaped params', '{"id":1,"method":"tools/call","p\\u0061rams":{"n\\u0061me":"counter"}}'],
    ['an escaped tool', '{"id":1,"method":"tools/call","params":{"name":"count\\u0065r"}}'],
    ['an escaped id key', '{"\\u0069d":1,"method":"tools/call","params":{"name":"counter"}}'],
    ['a byte order mark', '\uFEFF{"id":1,"method":"tools/call","params":{"name":"counter"}}'],
    ['odd spaces', ' \t{ "id" : 1 , "method"\t: "tools/call","params" :{"name": "counter"}}\t '],
    ['a line feed before it', '\n\n{"id":1,"method":"tools/call","params":{"name":"counter"}}'],
  ])('[escaped-method] is judged as a call with %s', async (_, line) => {
    const { fuze, received } = startRawProxy({ config: noMoreCounter });
    await fuze.call('counter', {}, 'first');
    const before = await received();
    await fuze.write(`${line}\n`);
    const answer = await fuze.response(1);
    expect(answer.decision?.check).toBe('calls_per_tool');
    expect(await received()).toBe(before);
  });

  test('[escaped-method] with a byte order mark reaches the server as it came when it is allowed', async () => {
    const { fuze, received } = startRawProxy();
    const line = '\uFEFF{"id":1,"method":"tools\\/call","params":{"name":"ok"}}\n';
    await fuze.write(line);
    expect((await fuze.response(1)).toolText).toBe('ok');
    expect(await received()).toBe(line);
  });
});

describe('duplicate keys', () => {
  test.each([
    ['method', '{"id":1,"method":"ping","method":"tools/call","params":{"name":"ok"}}'],
    [
      'method, the call first',
      '{"id":1,"method":"tools/call","params":{"name":"ok"},"method":"ping"}',
    ],
    ['id', '{"id":1,"method":"tools/call","params":{"name":"ok"},"id":2}'],
    ['id, the same twice', '{"id":1,"method":"tools/call","params":{"name":"ok"},"id":1}'],
    ['params', '{"id":1,"method":"tools/call","params":{"name":"ok"},"params":{"name":"counter"}}'],
    ['params.name', '{"id":1,"method":"tools/call","params":{"name":"ok","name":"counter"}}'],
    [
      'params.arguments',
      '{"id":1,"method":"tools/call","params":{"name":"ok","arguments":{},"arguments":{"a":1}}}',
    ],
    [
      'method, one escaped',
      '{"id":1,"method":"ping","\\u006dethod":"tools/call","params":{"name":"ok"}}',
    ],
    [
      'params.name, one escaped',
      '{"id":1,"method":"tools/call","params":{"n\\u0061me":"ok","name":"x"}}',
    ],
    [
      'method, one in capitals',
      '{"id":1,"method":"ping","Method":"tools/call","params":{"name":"ok"}}',
    ],
    ['method, only in capitals', '{"id":1,"METHOD":"tools/call","params":{"name":"ok"}}'],
    [
      'params.name, one in capitals',
      '{"id":1,"method":"tools/call","params":{"name":"ok","Name":"x"}}',
    ],
    [
      'params, one with a long s',
      '{"id":1,"method":"tools/call","params":{"name":"ok"},"param\u017f":{}}',
    ],
    ['of a ping', '{"id":1,"method":"ping","method":"ping"}'],
    [
      'of a notification',
      '{"method":"notifications/x","method":"tools/call","params":{"name":"ok"}}',
    ],
    ['of a response', '{"id":1,"result":{},"id":2}'],
  ])('[duplicate-keys] %s: -32600, not forwarded', async (_, line) => {
    const { fuze, received } = startRawProxy();
    await fuze.write(`${line}\n`);
    expect(await fuze.next()).toMatchObject({ error: { code: -32600 } });
    expect(await received()).toBe('');
    expect(fuze.unread).toEqual([]);
  });

  test('[duplicate-keys] answers with the id where that is not in doubt', async () => {
    const { fuze } = startRawProxy();
    await fuze.write('{"id":"a\\u0062","method":"ping","method":"ping"}\n');
    expect((await fuze.next()).text).toContain('"id":"a\\u0062",');
    await fuze.write('{"id":1,"method":"ping","ID":2}\n');
    expect((await fuze.next()).id).toBe(null);
  });

  test('[duplicate-keys] inside the arguments of a side effect: not forwarded', async () => {
    const { fuze, received } = startRawProxy({ config: effect });
    await fuze.write(
      '{"id":1,"method":"tools/call","params":{"name":"effect","arguments":{"order":{"n":1,"n":2}}}}\n',
    );
    expect(await fuze.response(1)).toMatchObject({ error: { code: -32600 } });
    expect(await received()).toBe('');
  });

  test('[duplicate-keys] elsewhere are the server’s business', async () => {
    const { fuze, received } = startRawProxy();
    const line =
      '{"id":1,"method":"tools/call","params":{"name":"ok","arguments":{"a":1,"a":2}},"x":1,"x":2}\n';
    await fuze.write(line);
    expect((await fuze.response(1)).toolText).toBe('ok');
    expect(await received()).toBe(line);
  });
});

describe('a tools/call without what it needs', () => {
  test.each([
    ['no params', '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'],
    ['params null', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":null}'],
    ['params an array', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["ok"]}'],
    ['no name', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{}}}'],
    ['name a number', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":1}}'],
    ['name null', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":null}}'],
    ['arguments an array', '{"id":1,"method":"tools/call","params":{"name":"ok","arguments":[]}}'],
    [
      'arguments a string',
      '{"id":1,"method":"tools/call","params":{"name":"ok","arguments":"{}"}}',
    ],
    ['arguments null', '{"id":1,"method":"tools/call","params":{"name":"ok","arguments":null}}'],
  ])('[bad-params] %s: -32602, not forwarded, fuze stays up', async (_, line) => {
    const { fuze, received } = startRawProxy();
    await fuze.write(`${line}\n`);
    expect(await fuze.response(1)).toMatchObject({ error: { code: -32602 } });
    expect(await received()).toBe('');
    await fuze.write(`${callText('1', 'ok')}\n`);
    expect((await fuze.response(1)).toolText).toBe('ok');
  });

  test.each([
    ['arguments', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['__proto__', '{"__proto__":{"name":"x"},"constructor":1}'],
  ])('[bad-params] strange %s do not bring fuze down', async (_, args) => {
    for (const config of [
      '[proxy]\ntrace = true\n',
      '[proxy]\ntrace = true\n[proxy.tools.ok]\nside_effect = true\n',
    ]) {
      const { fuze } = startRawProxy({ config, flags: ['--verbose'] });
      await fuze.write(
        `{"id":1,"method":"tools/call","params":{"name":"ok","arguments":${args}}}\n`,
      );
      expect((await fuze.response(1)).result).toBeDefined();
      expect((await fuze.request('ping', undefined, 2)).result).toEqual({});
    }
  });
});
