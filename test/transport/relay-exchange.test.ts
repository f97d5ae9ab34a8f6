import { describe, expect, it } from 'vitest';
import { AnswerHead } from '../../src/transport/answer-head.js';
import type { HttpRequest } from '../../src/transport/http-listener.js';
import { RelayExchange } from '../../src/transport/relay-exchange.js';
import type { HttpAnswer } from '../e2e/support/http-answer.js';
import { type HttpExchange, openExchange } from './support/http-exchange.js';

const SENDER = { session: undefined, runName: undefined, connection: '1' };
const ANSWER = Buffer.from('{"id":1,\n"result":{}}');

interface Opened {
  readonly exchange: RelayExchange;
  /** What the client gets. */
  readonly finished: () => Promise<HttpAnswer>;
}

async function open(headers: HttpRequest['headers'] = {}): Promise<Opened> {
  const { reply, answer } = await openExchange();
  const request: HttpRequest = {
    ...{ method: 'POST', path: '/mcp', query: new URLSearchParams(), headers },
    ...{ rawHeaders: [], body: Buffer.alloc(0), reply, connection: '1' },
  };
  const finished = async (): Promise<HttpAnswer> => {
    const all = await answer;
    await all.over;
    return all;
  };
  return { exchange: new RelayExchange(request, SENDER, false), finished };
}

/** The head of an answer as the server behind gave it. */
async function headOf(say: (reply: HttpExchange['reply']) => void): Promise<AnswerHead> {
  const { reply, answer } = await openExchange();
  say(reply);
  const { statusCode = 0, rawHeaders } = (await answer).response;
  return new AnswerHead(statusCode, rawHeaders);
}

describe('RelayExchange', () => {
  it('passes the body of the server on with its status and headers', async () => {
    const { exchange, finished } = await open();
    exchange.expect('1');
    exchange.answered(await headOf((reply) => reply.json(201, '{}', { 'x-own': 'a' })));
    exchange.settled('1');
    exchange.send(ANSWER);
    exchange.flush();
    const { status, headers, body } = await finished();
    expect([status, headers['x-own'], body]).toEqual([201, 'a', ANSWER.toString()]);
  });

  it('says what fuze answers itself without the headers of a server that was not asked', async () => {
    const { exchange, finished } = await open();
    exchange.expect('1');
    exchange.settled('1');
    exchange.send('{"refused":true}');
    exchange.flush();
    const { status, body } = await finished();
    expect([status, body]).toEqual([200, '{"refused":true}']);
  });

  it.each<[number, (exchange: RelayExchange) => void]>([
    [202, () => {}],
    [400, (exchange) => exchange.malformed()],
    [502, (exchange) => exchange.unreachable()],
  ])('says %i without words where there are none', async (expected, prepare) => {
    const { exchange, finished } = await open();
    prepare(exchange);
    exchange.flush();
    const { status, body } = await finished();
    expect([status, body]).toEqual([expected, '']);
  });

  it('waits for all answers of its POST', async () => {
    const { exchange, finished } = await open();
    exchange.expect('1');
    exchange.expect('2');
    exchange.settled('1');
    exchange.flush();
    expect(exchange.request.reply.begun).toBe(false);
    exchange.settled('2');
    exchange.send('[]');
    exchange.flush();
    expect((await finished()).body).toBe('[]');
  });

  it('passes events on as they came, and puts its own answer among them', async () => {
    const { exchange, finished } = await open();
    exchange.expect('1');
    exchange.expect('2');
    exchange.answered(await headOf((reply) => reply.beginEvents()));
    exchange.begin();
    exchange.send(Buffer.from('id: 7\r\ndata: {}\r\n\r\n'));
    exchange.flush();
    exchange.settled('1');
    exchange.settled('2');
    exchange.send('{"timeout":true}');
    exchange.passOn(Buffer.from(': behind it\n\n'));
    exchange.finish();
    exchange.flush();
    const { body, type } = await finished();
    expect(type).toBe('text/event-stream');
    expect(body).toBe('id: 7\r\ndata: {}\r\n\r\ndata: {"timeout":true}\n\n: behind it\n\n');
  });

  it('ends a stream at once where nothing waits, and passes on what is no message', async () => {
    const { exchange, finished } = await open();
    exchange.answered(await headOf((reply) => reply.beginEvents()));
    exchange.begin();
    exchange.passOn(Buffer.from(': alive\n\n'));
    exchange.finish();
    expect((await finished()).body).toBe(': alive\n\n');
  });

  it('passes a body that is no answer, but not over what is about to be said', async () => {
    const answered = async (): Promise<Opened> => {
      const opened = await open();
      opened.exchange.answered(await headOf((reply) => reply.json(500, '{}')));
      return opened;
    };
    const notified = await answered();
    notified.exchange.pass([Buffer.from('"bro'), Buffer.from('ken"')]);
    expect(await notified.finished()).toMatchObject({ status: 500, body: '"broken"' });

    const { exchange, finished } = await answered();
    exchange.send('{"timeout":true}');
    exchange.pass([Buffer.from('"broken"')]);
    exchange.flush();
    expect(await finished()).toMatchObject({ status: 200, body: '{"timeout":true}' });
  });

  it('says why in place of a server that cannot', async () => {
    const { exchange, finished } = await open();
    exchange.fail('it is gone');
    const { status, body } = await finished();
    expect([status, JSON.parse(body)]).toMatchObject([
      502,
      { id: null, error: { message: 'fuze: it is gone' } },
    ]);
  });

  it('knows a stream that its client has taken up again', async () => {
    expect((await open()).exchange.isResumed).toBe(false);
    expect((await open({ 'last-event-id': '1' })).exchange.isResumed).toBe(true);
  });
});
