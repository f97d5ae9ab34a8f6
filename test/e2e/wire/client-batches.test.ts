import { describe, expect, test } from 'vitest';
import type { Message } from '../support/message.js';
import { callText, startRawProxy } from '../support/raw-proxy.js';

const oneCounter = '[proxy.tools.counter]\nmax_calls_per_run = 1\n';

/** The ids of an array of answers; their order is free (JSON-RPC 2.0, section 6). */
function idsOf(answer: Message): unknown[] {
  return Array.isArray(answer.json) ? answer.json.map(({ id }) => id).sort() : [];
}

describe('a JSON-RPC batch', () => {
  test('[batch] judges every element, forwards the allowed ones as a batch, answers in one array', async () => {
    const { fuze, received } = startRawProxy({ config: oneCounter });
    const elements = [
      callText('1', 'counter'),
      '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}',
      callText('2', 'counter'),
      '{"method":"tools/call","params":{"name":"ok"}}',
      '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":7}}',
      '42',
      '{"id":9007199254740993,"method":"ping","jsonrpc":"2.0"}',
      `[${callText('4', 'ok')}]`,
    ];
    await fuze.write(`[ ${elements.join(' , ')} ]\n`);
    const answer = await fuze.next();
    expect(await received()).toBe(`[${elements[0]},${elements[1]},${elements[6]}]\n`);
    const answers = new Map<unknown, object>();
    for (const one of Array.isArray(answer.json) ? answer.json : []) answers.set(one.id, one);
    expect([...answers.keys()]).toHaveLength(5);
    expect(answers.get(1)).toMatchObject({ result: { content: [{ text: 'call 1' }] } });
    expect(answers.get(2)).toMatchObject({
      result: { isError: true, _meta: { 'fuze/decision': { check: 'calls_per_tool' } } },
    });
    expect(answers.get(3)).toMatchObject({ error: { code: -32602 } });
    expect(answers.get(null)).toMatchObject({ error: { code: -32600 } });
    expect(answer.text).toContain('"id":9007199254740993');
    // 42 and the batch inside the batch are refused each by itself.
    expect(answer.text.match(/"id":null/g)).toHaveLength(2);
    expect(fuze.unread).toEqual([]);
  });

  test('[batch] passes on byte for byte when every element is allowed', async () => {
    const { fuze, received } = startRawProxy();
    const batch = `\t[${callText('1.0', 'ok')}\n`.replace(
      '\n',
      ' ,  {"id":"\\u00e9","method":"ping"} ]\r\n',
    );
    await fuze.write(batch);
    const answer = await fuze.next();
    expect(await received()).toBe(batch);
    expect(answer.text).toContain('"id":1.0,');
    expect(answer.text).toContain('"id":"\\u00e9",');
  });

  test('[batch] answers an empty array with -32600, and one of notifications with nothing', async () => {
    const { fuze, received } = startRawProxy();
    await fuze.write(
      '[]\n[ ]\n[{"method":"notifications/x"},{"method":"tools/call","params":{"name":"ok"}}]\n',
    );
    expect(await fuze.next()).toMatchObject({ id: null, error: { code: -32600 } });
    expect(await fuze.next()).toMatchObject({ id: null, error: { code: -32600 } });
    expect(await received()).toBe('[{"method":"notifications/x"}]\n');
    expect(fuze.unread).toEqual([]);
  });

  test('[batch] forwards nothing when every element is refused, and still answers with an array', async () => {
    const { fuze, received } = startRawProxy({ config: oneCounter });
    await fuze.call('counter', {}, 'first');
    const before = await received();
    await fuze.write(`[${callText('1', 'counter')},${callText('"1"', 'counter')}]\n`);
    const answer = await fuze.next();
    expect(answer.json).toMatchObject([{ id: 1 }, { id: '1' }]);
    expect(await received()).toBe(before);
  });

  test('[batch] refuses the second of two equal ids in one batch', async () => {
    const { fuze, received } = startRawProxy();
    await fuze.write(
      `[${callText('1', 'ok')},${callText('1.0', 'counter')},${callText('"1"', 'ok')}]\n`,
    );
    const answer = await fuze.next();
    expect(answer.json).toHaveLength(3);
    expect(answer.json).toContainEqual(
      expect.objectContaining({ id: 1, error: expect.objectContaining({ code: -32600 }) }),
    );
    expect(await received()).toBe(`[${callText('1', 'ok')},${callText('"1"', 'ok')}]\n`);
  });

  test('[batch] sends one array when some answers come from the server and others from a timeout', async () => {
    const { fuze } = startRawProxy({
      server: ['--split-batches'],
      config: '[proxy.tools.never]\ntimeout = "300ms"\n',
    });
    const elements = [callText('1', 'ok'), callText('2', 'never'), callText('3', 'fail')];
    await fuze.write(`[${elements.join(',')}]\n`);
    const answer = await fuze.next();
    expect(idsOf(answer)).toEqual([1, 2, 3]);
    expect(answer.text).toContain('"check":"timeout"');
    await fuze.request('ping', undefined, 'after');
    expect(fuze.unread).toEqual([]);
  });

  test('[batch] with the same side effect twice runs it once, and answers both', async () => {
    const { fuze } = startRawProxy({
      config: '[proxy.tools.effect]\nside_effect = true\n[proxy.tools.fail]\nside_effect = true\n',
    });
    const twice = (tool: string) =>
      `[${callText('1', tool, { n: 1 })},${callText('2', tool, { n: 1 })}]\n`;
    await fuze.write(twice('effect'));
    const replayed = await fuze.next();
    expect(idsOf(replayed)).toEqual([1, 2]);
    expect(replayed.text).toContain('"action":"replay"');
    expect(fuze.workspace.jsonLines('journal')).toHaveLength(1);
    // The first fails, so the second, which waited for it, has its turn.
    await fuze.write(twice('fail'));
    const failed = await fuze.next();
    expect(idsOf(failed)).toEqual([1, 2]);
    expect(failed.text).not.toContain('fuze/decision');
  });

  test('[batch] does not wait for an element that was cancelled', async () => {
    const { fuze } = startRawProxy({ server: ['--split-batches'] });
    await fuze.write(`[${callText('1', 'never')},${callText('2', 'hold', { key: 'a' })}]\n`);
    await fuze.next(({ method }) => method === 'raw/held');
    await fuze.notify('notifications/cancelled', { requestId: 1 });
    await fuze.notify('raw/release', { keys: ['a'] });
    expect((await fuze.next()).json).toMatchObject([{ id: 2 }]);
  });

  test('[batch] answers what is open of a batch, as an array, when the server is gone', async () => {
    const { fuze } = startRawProxy({ server: ['--split-batches'] });
    await fuze.write(`[${callText('1', 'ok')},${callText('2', 'exit', { code: 3 })}]\n`);
    const answer = await fuze.next();
    expect(answer.json).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { code: -32000 } },
    ]);
    expect((await fuze.exit).code).toBe(3);
  });
});
