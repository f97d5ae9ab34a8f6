import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { callText, startRawProxy } from '../support/raw-proxy.js';

const limit = 100_000;
const small = `[proxy]\nmax_message_bytes = ${limit}\n`;

/** A message of exactly `length` bytes. */
function ping(length: number, before: string, after: string): string {
  return `${before}${'x'.repeat(length - Buffer.byteLength(before + after))}${after}`;
}

describe('bytes', () => {
  test.each([
    '{"params":{"arguments":{"big":12345678901234567890,"one":1.0,"e":1e2,"neg":-0.0,"s":"\\u00e9\\/\\ud83d\\ude00"},"name":"echo"},"id":1,"method":"tools/call","jsonrpc":"2.0"}',
    ' {"id" : 1,\t"z":[1.10,  1E+2],"method":"tools\\u002fcall", "params":{"_meta":{"progressToken":9007199254740993},"name":"echo","arguments":{"":"","é€😀":null}}} ',
    '{"id":1,"method":"tools/call","params":{"name":"echo","arguments":{"b":1,"a":2,"b":3}},"extra":{"x":1}}',
  ])('[exact-bytes] %s reaches the server byte for byte', async (line) => {
    const { fuze, received } = startRawProxy();
    await fuze.write(`${line}\n`);
    expect((await fuze.response(1)).toolText).toBe(line);
    expect(await received()).toBe(`${line}\n`);
  });

  test('[exact-bytes] and so do the answers of the server to the client', async () => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1.0', 'exact')}\n`);
    expect((await fuze.next()).text).toBe(
      '{"result": {"content":[{"text":"caf\\u00e9 \\/","type":"text"}],"structuredContent":{"z":12345678901234567890,"a":1.0,"e":1e2}} ,"id":1.0,"jsonrpc":"2.0"}',
    );
  });
});

describe('chunks', () => {
  test('[chunks] one message in as many chunks as it has bytes', async () => {
    const { fuze, received } = startRawProxy();
    const line = `${callText('1', 'echo', { text: 'é€😀' })}\n`;
    for (const byte of Buffer.from(line)) await fuze.write(Buffer.from([byte]));
    expect(`${(await fuze.response(1)).toolText}\n`).toBe(line);
    expect(await received()).toBe(line);
  });

  test.each([1, 2, 3])('[chunks] a border %i bytes into a multi-byte character', async (into) => {
    const { fuze, received } = startRawProxy();
    const line = Buffer.from(`${callText('1', 'echo', { text: '😀' })}\n`);
    const border = line.indexOf('😀') + into;
    // The answer to the ping shows that fuze has read the first part, so that the second is a chunk of its own.
    const request = Buffer.from('{"id":"p","method":"ping"}\n');
    await fuze.write(Buffer.concat([request, line.subarray(0, border)]));
    await fuze.response('p');
    await fuze.write(line.subarray(border));
    expect(`${(await fuze.response(1)).toolText}\n`).toBe(line.toString());
    expect((await received()).endsWith(line.toString())).toBe(true);
  });

  test('[chunks] many messages in one chunk, with CRLF ends and blank lines between', async () => {
    const { fuze, received } = startRawProxy();
    const lines = ['a', 'b', 'c', 'd'].map((id) => callText(`"${id}"`, 'ok'));
    await fuze.write(
      `\n\r\n${lines[0]}\r\n\r\n  \n\t\r\n${lines[1]}\n${lines[2]}\r\n\n${lines[3]}\n`,
    );
    for (const id of ['a', 'b', 'c', 'd']) expect((await fuze.next()).id).toBe(id);
    expect(await received()).toBe(`${lines[0]}\r\n${lines[1]}\n${lines[2]}\r\n${lines[3]}\n`);
    expect(fuze.unread).toEqual([]);
  });

  test('[chunks] a border between CR and LF', async () => {
    const { fuze, received } = startRawProxy();
    const line = callText('1', 'ok');
    await fuze.write(`{"id":"p","method":"ping"}\n${line}\r`);
    await fuze.response('p');
    await fuze.write('\n');
    expect((await fuze.response(1)).toolText).toBe('ok');
    expect((await received()).endsWith(`${line}\r\n`)).toBe(true);
  });

  test('[chunks] a last line without a line feed still counts', async () => {
    const { fuze } = startRawProxy();
    fuze.child.stdin.end(callText('1', 'ok'));
    expect((await fuze.response(1)).toolText).toBe('ok');
    expect((await fuze.exit).code).toBe(0);
  });

  test('[chunks] answers of the server in pieces and together', async () => {
    const { fuze } = startRawProxy();
    expect((await fuze.call('pieces', { text: 'é€😀' })).toolText).toBe('é€😀');
    await fuze.call('together', {}, 'x');
    const crlf = await fuze.call('crlf');
    expect(crlf.raw.at(-1)).toBe(13);
    expect(fuze.unread.map(({ method }) => method)).toEqual(Array(2).fill('notifications/message'));
  });
});

describe('size', () => {
  test('[big-message] 10 MB pass in both directions', async () => {
    const { fuze } = startRawProxy();
    const line = callText('1', 'echo', { text: 'é'.repeat(5_000_000) });
    await fuze.write(`${line}\n`);
    expect((await fuze.response(1)).toolText === line).toBe(true);
  });

  test.each([
    ['first', '{"id":7,"method":"ping","params":{"x":"', '"}}'],
    ['last', '{"params":{"x":"', '"},"method":"ping","id":7}'],
  ])(
    '[big-message] exactly the limit passes, one byte more does not: id %s',
    async (_, before, after) => {
      const { fuze, receivedNow } = startRawProxy({ config: small });
      await fuze.write(`${ping(limit, before, after)}\n`);
      expect((await fuze.response(7)).result).toEqual({});
      await fuze.write(`${ping(limit + 1, before, after)}\n`);
      const refused = await fuze.response(7);
      expect(refused.error).toMatchObject({
        code: -32600,
        message: expect.stringContaining(`${limit}`),
      });
      expect((await fuze.request('ping', undefined, 'after')).result).toEqual({});
      expect(
        receivedNow()
          .toString()
          .match(/"ping"/g),
      ).toHaveLength(2);
    },
  );

  test('[big-message] above the limit in many chunks and without an id in sight', async () => {
    const { fuze, received } = startRawProxy({ config: small });
    const filler = JSON.stringify('x'.repeat(limit));
    await fuze.write(`{"a":${filler},"id":5,"method":"tools/call","b":${filler}}\n[${filler}]\n`);
    for (const _ of ['object', 'array']) {
      expect((await fuze.next()).json).toMatchObject({ id: null, error: { code: -32600 } });
    }
    expect(await received()).toBe('');
  });

  test('[big-message] an answer above the limit: the call is answered with an error, the connection lives on', async () => {
    const { fuze } = startRawProxy({ config: small });
    for (const id_first of [true, false]) {
      const answer = await fuze.call('big', { bytes: limit, id_first });
      expect(answer.error).toMatchObject({
        code: -32000,
        message: expect.stringContaining(`${limit}`),
      });
    }
    expect((await fuze.call('ok')).toolText).toBe('ok');
  });

  test('[big-message] a request of the server above the limit is answered for the client, which is not disturbed', async () => {
    const { fuze } = startRawProxy({ config: small });
    // The id of the server's request is the id of the call in flight.
    const answer = await fuze.call('ask-same-id', { bytes: limit }, 5);
    expect(answer.toolText).toContain('"error"');
    expect(answer.toolText).toContain('max_message_bytes');
    expect(fuze.unread).toEqual([]);
  });

  test('[big-message] a response of the client above the limit becomes an error for the server', async () => {
    const { fuze } = startRawProxy({ config: small });
    const call = fuze.call('ask-same-id', { method: 'roots/list' }, 5);
    await fuze.next(({ method }) => method === 'roots/list');
    await fuze.send({ jsonrpc: '2.0', id: 5, result: { text: 'x'.repeat(limit) } });
    expect((await call).toolText).toContain('max_message_bytes');
    expect(fuze.unread).toEqual([]);
  });

  test('[big-message] the limit is 64 MiB by default', async () => {
    const { fuze } = startRawProxy();
    const { stdin } = fuze.child;
    stdin.write('{"id":1,"method":"ping","params":{"x":"');
    const mebibyte = Buffer.alloc(1 << 20, 'x');
    for (let written = 0; written < 64; written += 1) {
      if (!stdin.write(mebibyte)) await once(stdin, 'drain');
    }
    await fuze.write('"}}\n');
    const refused = await fuze.response(1);
    expect(refused.error).toMatchObject({
      code: -32600,
      message: expect.stringContaining('67108864'),
    });
    expect((await fuze.call('ok')).toolText).toBe('ok');
  });
});
