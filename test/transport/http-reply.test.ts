import { describe, expect, it } from 'vitest';
import { openExchange } from './support/http-exchange.js';

describe('HttpReply', () => {
  it('answers once: what comes after the first answer is not said', async () => {
    const { reply, answer } = await openExchange();
    reply.json(200, '{"a":1}');
    reply.json(500, '{"b":2}');
    reply.empty(404);
    const { status, type, over, headers } = await answer;
    await over;
    expect([status, type, headers['content-length']]).toEqual([200, 'application/json', '7']);
    expect((await answer).body).toBe('{"a":1}');
  });

  it.each([1, 400, 40_000])('sends bytes of any kind as they are, %i times over', async (times) => {
    const { reply, answer } = await openExchange();
    const said = JSON.stringify({ text: 'é€😀\u0000'.repeat(times) });
    reply.json(200, Buffer.from(said));
    const { over, headers } = await answer;
    await over;
    expect(headers['content-length']).toBe(String(Buffer.byteLength(said)));
    expect((await answer).body).toBe(said);
  });

  it('sends its own headers with every kind of answer', async () => {
    for (const say of [
      (reply: Awaited<ReturnType<typeof openExchange>>['reply']) => reply.empty(202),
      (reply: Awaited<ReturnType<typeof openExchange>>['reply']) => reply.json(200, '{}'),
      (reply: Awaited<ReturnType<typeof openExchange>>['reply']) => reply.beginEvents(),
    ]) {
      const { reply, answer } = await openExchange();
      reply.headers['mcp-session-id'] = 's';
      say(reply);
      expect((await answer).headers['mcp-session-id']).toBe('s');
      reply.cut();
    }
  });

  it('begins a stream at once, so that no proxy on the way holds it back', async () => {
    const { reply, answer } = await openExchange();
    reply.beginEvents();
    const { type, headers } = await answer;
    expect(type).toBe('text/event-stream');
    expect(headers).toMatchObject({
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect([reply.begun, reply.over]).toEqual([true, false]);
    reply.keepAlive();
    reply.end();
    await (await answer).over;
    expect((await answer).body).toBe(': keep-alive\n\n');
    expect(reply.over).toBe(true);
  });

  it('tells whether the client left before all was said', async () => {
    const early: boolean[] = [];
    const told = await openExchange();
    told.reply.onClose((left) => early.push(left));
    told.reply.json(200, '{}');
    await (await told.answer).over;
    const left = await openExchange();
    left.reply.onClose((gone) => early.push(gone));
    left.reply.beginEvents();
    await left.leave();
    expect(early).toEqual([false, true]);
  });

  it('counts nothing as waiting for a client that has left', async () => {
    const { reply, answer, leave } = await openExchange();
    reply.beginEvents();
    (await answer).response.pause();
    while (reply.backlog < 1 << 20) reply.write(Buffer.alloc(1 << 20));
    await leave();
    expect([reply.backlog, reply.over]).toEqual([0, true]);
    reply.write('to nobody');
    reply.end();
  });
});
