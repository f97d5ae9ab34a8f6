import { describe, expect, test } from 'vitest';
import { callText, startRawProxy } from '../support/raw-proxy.js';

const mebibyte = 1024 * 1024;

describe('the id of an answer', () => {
  test('[id-last] after 10 MB of result', async () => {
    const { fuze } = startRawProxy();
    const call = fuze.call('big', {}, 'late-id');
    const ping = fuze.request('ping', undefined, 'p');
    const answer = await call;
    expect(answer.raw.length).toBeGreaterThan(10 * mebibyte);
    expect(answer.text.endsWith(',"id":"late-id"}')).toBe(true);
    await ping;
    fuze.endInput();
    expect((await fuze.closed).code).toBe(0);
    // Settled, or fuze would have answered it once more.
    expect(fuze.unread).toEqual([]);
  });

  test('[id-last] with a trace of hashes, where the result is never built', async () => {
    const { fuze } = startRawProxy({
      config: '[proxy]\ntrace = "trace.jsonl"\ncapture = "hash"\n',
    });
    await fuze.call('big', {}, 1);
    const [, call] = fuze.workspace.jsonLines('trace.jsonl');
    expect(call?.payload).toMatchObject({ callId: '1', outcome: 'success' });
    expect(fuze.workspace.read('trace.jsonl').length).toBeLessThan(5_000);
  });

  test.each([
    [
      'a text that looks like the end',
      '{"result":{"content":[{"type":"text","text":"\\"id\\":2}"}]},"id":$ID}',
    ],
    [
      'ids deeper inside',
      '{"result":{"id":2,"content":[],"x":[{"id":2}]},"error2":{"id":2},"id":$ID}',
    ],
    [
      'backslashes before the quote',
      '{"result":{"content":[{"type":"text","text":"\\\\\\\\"}]},"id":$ID}',
    ],
    ['an escaped key', '{"result":{"content":[]},"\\u0069d":$ID}'],
    ['a key that only ends in id', '{"result":{"content":[]},"id":$ID,"\\"id":2,"uuid":2}'],
    ['odd spaces', ' { "result" : { "content" : [ ] } , "id" :\t$ID } '],
    ['the id first', '{"id":$ID,"result":{"content":[],"id":2}}'],
    ['unknown members around it', '{"x":[1,{"id":2}],"id":$ID,"result":{},"y":{"id":2}}'],
  ])('[id-last] with %s', async (_, line) => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('2', 'hold', { key: 'decoy' })}\n`);
    await fuze.next(({ method }) => method === 'raw/held');
    await fuze.write(`${callText('1', 'raw', { line })}\n`);
    expect((await fuze.next()).text).toBe(line.replace('$ID', '1'));
    await fuze.notify('raw/release', { keys: ['decoy'] });
    expect((await fuze.response(2)).toolText).toBe('released decoy');
    fuze.endInput();
    await fuze.closed;
    expect(fuze.unread).toEqual([]);
  });

  test('[id-last] nested 100,000 deep', async () => {
    const { fuze } = startRawProxy({
      config: '[proxy]\ntrace = "trace.jsonl"\n',
      flags: ['--verbose'],
    });
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const line = `{"result":{"structuredContent":${deep},"content":[]},"id":$ID}`;
    await fuze.write(`${callText('1', 'raw', { line })}\n`);
    expect((await fuze.next()).text).toBe(line.replace('$ID', '1'));
    expect((await fuze.request('ping', undefined, 'p')).result).toEqual({});
    const [, call] = fuze.workspace.jsonLines('trace.jsonl');
    expect(call?.payload).toMatchObject({ tool: 'raw', outcome: 'success' });
  });
});

describe('the order of answers', () => {
  test('[out-of-order] each settles its own call', async () => {
    const { fuze } = startRawProxy({ config: '[proxy]\ntrace = "trace.jsonl"\n' });
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const key of keys) await fuze.write(`${callText(`"${key}"`, 'hold', { key })}\n`);
    await fuze.next(({ params }) => params?.key === 'e');
    const order = ['c', 'e', 'a', 'd', 'b'];
    await fuze.notify('raw/release', { keys: order });
    for (const key of order) {
      const answer = await fuze.next(({ isResponse }) => isResponse);
      expect([answer.id, answer.toolText]).toEqual([key, `released ${key}`]);
    }
    const calls = fuze.workspace.jsonLines('trace.jsonl').slice(1);
    expect(calls.map(({ payload }) => payload)).toMatchObject(
      order.map((key) => ({
        callId: `"${key}"`,
        args: { key },
        result: { content: [{ text: `released ${key}` }] },
      })),
    );
  });

  test('[out-of-order] in one array of answers to calls that came singly', async () => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1', 'hold', { key: 'a' })}\n`);
    await fuze.next(({ method }) => method === 'raw/held');
    const line = '[{"id":$ID,"result":{"content":[]}},{"id":1,"result":{"content":[]}}]';
    await fuze.write(`${callText('2', 'raw', { line })}\n`);
    expect((await fuze.next()).text).toBe(line.replace('$ID', '2'));
    fuze.endInput();
    await fuze.closed;
    expect(fuze.unread).toEqual([]);
  });
});
