import { describe, expect, it } from 'vitest';
import {
  type AnswerForm,
  AnswerStream,
  legacyStatus,
  modernStatus,
} from '../../src/transport/answer-stream.js';
import type { HttpAnswer } from '../e2e/support/http-answer.js';
import { type HttpExchange, openExchange } from './support/http-exchange.js';

const FORM: AnswerForm = {
  ...{ takesEvents: true, atOnce: false, priming: false, log: undefined },
  statusOf: legacyStatus,
};
const SENDER = { session: undefined, runName: undefined, connection: '1' };
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{}}';
const NOTE = '{"jsonrpc":"2.0","method":"notifications/message"}';

async function open(
  form: Partial<AnswerForm> = {},
): Promise<HttpExchange & { stream: AnswerStream }> {
  const exchange = await openExchange();
  return { ...exchange, stream: new AnswerStream(SENDER, 1, exchange.reply, { ...FORM, ...form }) };
}

async function finished(answer: Promise<HttpAnswer>): Promise<HttpAnswer> {
  const all = await answer;
  await all.over;
  return all;
}

/** Answers the one request that waits. */
function settle(stream: AnswerStream, text = ANSWER): void {
  stream.settled();
  stream.send(text);
  stream.flush();
}

describe('AnswerStream', () => {
  it('acknowledges what has no answer', async () => {
    const { stream, answer } = await open({ atOnce: true });
    stream.flush();
    expect([(await finished(answer)).status, stream.over]).toEqual([202, true]);
  });

  it('answers with one body where that is all there is to say', async () => {
    const { stream, answer } = await open();
    stream.expect();
    stream.flush();
    settle(stream);
    const { type, body } = await finished(answer);
    expect([type, body]).toEqual(['application/json', ANSWER]);
  });

  it('has nothing but the answer for who takes no events', async () => {
    const { stream, answer } = await open({ takesEvents: false });
    stream.expect();
    stream.send(NOTE);
    stream.settled();
    stream.send(ANSWER);
    stream.send(NOTE);
    stream.flush();
    expect((await finished(answer)).body).toBe(ANSWER);
  });

  it('becomes a stream as soon as something comes before the answer', async () => {
    const { stream, answer } = await open();
    stream.expect();
    stream.send(NOTE);
    stream.flush();
    expect((await answer).type).toBe('text/event-stream');
    settle(stream);
    const { events } = await finished(answer);
    expect(events.map(({ data }) => data)).toEqual([NOTE, ANSWER]);
  });

  it('is a stream too where both come at the same moment', async () => {
    const { stream, answer } = await open();
    stream.expect();
    stream.send(NOTE);
    settle(stream);
    const { events } = await finished(answer);
    expect(events.map(({ data }) => data)).toEqual([NOTE, ANSWER]);
  });

  it('begins at once where its revision has it so', async () => {
    const { stream, answer } = await open({ atOnce: true });
    stream.expect();
    stream.flush();
    expect((await answer).type).toBe('text/event-stream');
    settle(stream);
    expect((await finished(answer)).events).toHaveLength(1);
  });

  it.each([true, false])(
    'gives a client without events the answer alone, and keeps nothing else for it (at once: %s)',
    async (atOnce) => {
      const { stream, answer } = await open({ takesEvents: false, atOnce });
      stream.expect();
      for (let n = 0; n < 10; n += 1) {
        stream.send(NOTE);
        stream.flush();
      }
      expect(stream.takesMessages).toBe(false);
      stream.keepAlive();
      settle(stream);
      const { type, body } = await finished(answer);
      expect([type, body]).toEqual(['application/json', ANSWER]);
    },
  );

  it('waits for the answers to all requests of its POST', async () => {
    const { stream, answer } = await open();
    stream.expect();
    stream.expect();
    settle(stream);
    expect(stream.over).toBe(false);
    settle(stream);
    expect((await finished(answer)).events).toHaveLength(2);
  });

  it('gives what is no message its status', async () => {
    const { stream, answer } = await open();
    stream.malformed();
    stream.send('{"error":{}}');
    stream.flush();
    expect((await finished(answer)).status).toBe(400);
  });

  it('gives a sign of life in a long silence', async () => {
    const { stream, answer } = await open();
    stream.expect();
    stream.flush();
    stream.keepAlive();
    expect((await answer).type).toBe('text/event-stream');
    settle(stream);
    expect((await finished(answer)).body).toMatch(/^: keep-alive\n\ndata: /);
  });

  it('is heard as long as its client is there', async () => {
    const { stream, leave } = await open({ atOnce: true });
    expect(stream.isHeard).toBe(false);
    stream.expect();
    stream.flush();
    expect([stream.isOpen, stream.isHeard, stream.takesMessages]).toEqual([true, true, true]);
    await leave();
    expect([stream.isOpen, stream.isHeard, stream.takesMessages]).toEqual([true, false, false]);
    settle(stream);
    expect([stream.over, stream.backlog]).toEqual([true, 0]);
  });

  it('ends without an answer when there will be none', async () => {
    const { stream, answer } = await open();
    stream.expect();
    stream.end();
    stream.flush();
    expect((await finished(answer)).status).toBe(202);
  });
});

describe('modernStatus', () => {
  const error = (code: unknown): string =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message: 'no' } });

  // MCP 2026-07-28, Streamable HTTP, "Sending Messages to the Server".
  it.each([
    ['an unknown method', error(-32601), 404],
    ['headers that do not fit', error(-32020), 400],
    ['a missing capability', error(-32021), 400],
    ['an unsupported version', error(-32022), 400],
    ['invalid params', error(-32602), 200],
    ['an internal error', error(-32603), 200],
    ['a code that is no number', error('-32601'), 200],
    ['a result', ANSWER, 200],
    ['a result that speaks of an error', '{"id":1,"result":{"error":{"code":-32601}}}', 200],
    ['what cannot be read', '{"error"', 200],
    ['an error that is null', '{"error":null}', 200],
    ['null', 'null "error"', 200],
  ])('of %s', (_, answer, status) => {
    expect(modernStatus(answer)).toBe(status);
    expect(modernStatus(Buffer.from(answer))).toBe(status);
  });

  it('reads no long answer, for errors are short', () => {
    expect(modernStatus(error(-32601).replace('no', 'x'.repeat(70_000)))).toBe(200);
  });
});
