import { describe, expect, test } from 'vitest';
import { callText, startRawProxy } from '../support/raw-proxy.js';

const neverCounter =
  '[proxy.tools.counter]\nmax_calls_per_run = 1\n[proxy.tools.never]\ntimeout = "50ms"\n';

describe('lines that are no messages', () => {
  test.each<[string, string | Buffer, number]>([
    ['a word', 'hello', -32700],
    ['half an object', '{"id":1,"method":"tools/call"', -32700],
    ['two objects', '{"id":1,"method":"ping"}{"id":2,"method":"ping"}', -32700],
    ['a comma too many', '{"id":1,"method":"ping",}', -32700],
    ['NaN', '{"id":NaN,"method":"ping"}', -32700],
    ['a NUL byte', '{"id":1,"method":"ping"}\0', -32700],
    ['a control character in a string', '{"id":1,"method":"pi\u0001ng"}', -32700],
    ['a leading zero', '{"id":01,"method":"ping"}', -32700],
    ['UTF-16', Buffer.from('{"id":1,"method":"ping"}', 'utf16le'), -32700],
    ['invalid UTF-8', Buffer.from('{"id":1,"method":"p\xffng"}', 'latin1'), -32700],
    ['an overlong slash', Buffer.from('{"method":"tools\xc0\xafcall","id":1}', 'latin1'), -32700],
    ['a cut character', Buffer.from('{"id":1,"method":"p\xe2\x82"}', 'latin1'), -32700],
    ['a bare carriage return', '{"id":1,"method":"ping"}\r{"id":2,"method":"tools/call"}', -32700],
    ['a carriage return between tokens', '{"id":1,\r"method":"ping"}', -32700],
    ['two byte order marks', '\uFEFF\uFEFF{"id":1,"method":"ping"}', -32700],
    ['only a byte order mark', '\uFEFF', -32700],
    ['a form feed around it', '\f{"id":1,"method":"ping"}', -32700],
    ['42', '42', -32600],
    ['null', 'null', -32600],
    ['true', 'true', -32600],
    ['a string', '"x"', -32600],
    ['a string that holds a call', JSON.stringify(callText('1', 'ok')), -32600],
    ['an empty object', '{}', -32600],
    ['only a version', '{"jsonrpc":"2.0"}', -32600],
  ])('[not-json] %s is refused, and fuze stays up', async (_, line, code) => {
    const { fuze, received } = startRawProxy();
    await fuze.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
    expect((await fuze.next()).json).toMatchObject({ id: null, error: { code } });
    expect(await received()).toBe('');
    expect(fuze.unread).toEqual([]);
  });

  test('[not-json] a message nested 100,000 deep neither ends fuze nor passes unjudged', async () => {
    const { fuze, received } = startRawProxy();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    await fuze.write(`${deep}\n{"id":1,"method":"x","params":${deep}}\n`);
    expect((await fuze.response(1)).error).toMatchObject({ code: -32601 });
    expect(await received()).toMatch(/^\{"id":1,/);
  });
});

describe('ids', () => {
  const ids = '0 "" "a" "\\u0061\\"" 1.5 -7 1e2 9007199254740993 12345678901234567890'.split(' ');

  test.each(ids)('[odd-ids] what fuze answers carries the id %s digit for digit', async (id) => {
    const { fuze, receivedNow } = startRawProxy({ config: neverCounter });
    await fuze.call('counter', {}, 'first');
    // A refusal, an error for bad params, and a timeout with its notice to the server.
    await fuze.write(`${callText(id, 'counter')}\n`);
    expect((await fuze.next()).text).toContain(`"id":${id},"result":{"content"`);
    await fuze.write(`{"id":${id},"method":"tools/call"}\n`);
    expect((await fuze.next()).text).toContain(`"id":${id},"error":{"code":-32602`);
    await fuze.write(`${callText(id, 'never')}\n`);
    const timedOut = await fuze.next();
    expect(timedOut.decision?.check).toBe('timeout');
    expect(timedOut.text).toContain(`"id":${id},`);
    await fuze.request('ping', undefined, 'after');
    expect(receivedNow().toString()).toContain(`"requestId":${id},`);
    await fuze.write(`${callText(id, 'exit')}\n`);
    expect((await fuze.next()).text).toContain(`"id":${id},"error":{"code":-32000`);
  });

  test('[odd-ids] "1" and 1 are different ids, as are 9007199254740993 and its neighbour', async () => {
    const { fuze } = startRawProxy();
    const inFlight = ['1', '"1"', '9007199254740993', '9007199254740992'];
    for (const id of inFlight) {
      await fuze.write(`${callText(id, 'hold', { key: id })}\n`);
      await fuze.next(({ method }) => method === 'raw/held');
    }
    for (const id of inFlight) {
      await fuze.notify('raw/release', { keys: [id] });
      const answer = await fuze.next();
      expect(answer.text).toContain(`"id":${id},`);
      expect(answer.toolText).toBe(`released ${id}`);
    }
  });

  test('[odd-ids] a cancelled 9007199254740993 leaves its neighbour in flight', async () => {
    const { fuze } = startRawProxy();
    const [odd, even] = ['9007199254740993', '9007199254740992'];
    await fuze.write(
      `${callText(odd, 'hold', { key: 'odd' })}\n${callText(even, 'hold', { key: 'even' })}\n`,
    );
    await fuze.next(({ params }) => params?.key === 'even');
    await fuze.write(`{"method":"notifications/cancelled","params":{"requestId":${odd}}}\n`);
    await fuze.notify('raw/release', { keys: ['odd', 'even'] });
    expect((await fuze.next(({ isResponse }) => isResponse)).toolText).toBe('released even');
  });

  test('[odd-ids] a server that rounds ids still settles the call', async () => {
    const { fuze } = startRawProxy();
    const rounded = '{"jsonrpc":"2.0","id":9007199254740992,"result":{"content":[]}}';
    await fuze.write(`${callText('9007199254740993', 'raw', { line: rounded })}\n`);
    expect((await fuze.next()).text).toBe(rounded);
    fuze.endInput();
    await fuze.closed;
    // Nothing was pending any more, or it would have been answered at the end.
    expect(fuze.unread).toEqual([]);
  });

  test('[odd-ids] a server that rounds two ids to one settles both calls', async () => {
    const { fuze } = startRawProxy();
    const rounded = '{"jsonrpc":"2.0","id":9007199254740992,"result":{"content":[]}}';
    await fuze.write(
      `${callText('9007199254740993', 'hold', { key: 1 })}\n${callText('9007199254740992', 'hold', { key: 2 })}\n`,
    );
    await fuze.next(({ params }) => params?.key === 2);
    await fuze.write(`${callText('"x"', 'raw', { line: `${rounded}\n${rounded}` })}\n`);
    for (const _ of ['one', 'other']) {
      expect((await fuze.next(({ isResponse }) => isResponse)).text).toBe(rounded);
    }
  });

  test.each(['null', 'true', '[1]', '{"a":1}'])(
    '[odd-ids] %s as an id is -32600, and the call is not forwarded',
    async (id) => {
      const { fuze, received } = startRawProxy();
      await fuze.write(`${callText(id, 'ok')}\n{"id":${id},"method":"ping"}\n`);
      for (const _ of ['call', 'ping']) {
        expect((await fuze.next()).json).toMatchObject({ id: null, error: { code: -32600 } });
      }
      expect(await received()).toBe('');
    },
  );

  test.each([
    ['7', '7'],
    ['7', '7.0'],
    ['"a"', '"\\u0061"'],
    ['100', '1e2'],
  ])(
    '[id-in-flight] %s is in flight: %s is -32600, and the first is still answered',
    async (first, second) => {
      const { fuze, received } = startRawProxy();
      await fuze.write(`${callText(first, 'hold', { key: 'k' })}\n`);
      await fuze.next(({ method }) => method === 'raw/held');
      const before = await received();
      await fuze.write(`${callText(second, 'ok')}\n{"id":${second},"method":"ping"}\n`);
      for (const _ of ['call', 'ping']) {
        const answer = await fuze.next();
        expect(answer.error).toMatchObject({ code: -32600 });
        expect(answer.text).toContain(`"id":${second},`);
      }
      expect(await received()).toBe(before);
      await fuze.notify('raw/release', { keys: ['k'] });
      expect((await fuze.next()).toolText).toBe('released k');
      // Answered, so the id is free again.
      await fuze.write(`${callText(second, 'ok')}\n`);
      expect((await fuze.next()).toolText).toBe('ok');
    },
  );
});
