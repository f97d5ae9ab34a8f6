import { beforeEach, describe, expect, it } from 'vitest';
import { StreamableSession } from '../../src/transport/streamable-session.js';
import type { Via } from '../../src/transport/transport.js';
import type { HttpAnswer } from '../e2e/support/http-answer.js';
import { Heard } from './support/heard.js';
import { type HttpExchange, openExchange } from './support/http-exchange.js';

const VERSION = '2025-11-25';
const note = (data: unknown): string => JSON.stringify({ method: 'notifications/message', data });
const answerTo = (id: number): string => JSON.stringify({ id, result: {} });

let session: StreamableSession;
let heard: Heard;
beforeEach(() => {
  session = new StreamableSession();
  heard = new Heard();
  session.start(heard);
});

interface Posted extends HttpExchange {
  readonly via: Via;
}

/** POSTs a request, which from then on waits. */
async function post(options: { takesEvents?: boolean; version?: string } = {}): Promise<Posted> {
  const { takesEvents = true, version = VERSION } = options;
  const exchange = await openExchange();
  const body = Buffer.from('{"id":1,"method":"ping"}');
  session.post({
    frame: { kind: 'line', raw: body, body },
    reply: exchange.reply,
    sender: { session: 's', runName: undefined, connection: '1' },
    takesEvents,
    version,
  });
  const via = heard.vias.at(-1);
  if (via === undefined) throw new Error('not heard');
  via.expect(1);
  session.flush();
  return { ...exchange, via };
}

async function listen(): Promise<HttpExchange> {
  const exchange = await openExchange();
  session.listen(exchange.reply, '2025-06-18');
  return exchange;
}

async function comeBack(lastEventId: string): Promise<HttpAnswer | undefined> {
  const exchange = await openExchange();
  if (session.comeBack(exchange.reply, lastEventId)) return exchange.answer;
  exchange.reply.empty(400);
  return undefined;
}

function say(text: string, via?: Via): void {
  session.send(text, via);
  session.flush();
}

function settle({ via }: Posted, id = 1): void {
  via.settled(1);
  say(answerTo(id), via);
}

const dataOf = (answer: HttpAnswer): string[] =>
  answer.events.map(({ data }) => data).filter((data) => data !== '');

async function finished(answer: HttpAnswer | Promise<HttpAnswer>): Promise<string[]> {
  const all = await answer;
  await all.over;
  return dataOf(all);
}

describe('StreamableSession', () => {
  it('answers each POST on its own stream', async () => {
    const first = await post();
    const second = await post();
    settle(second, 2);
    settle(first, 1);
    expect(await finished(first.answer)).toEqual([answerTo(1)]);
    expect(await finished(second.answer)).toEqual([answerTo(2)]);
  });

  it.each([
    ['2025-11-25', true],
    ['2025-06-18', false],
  ])('begins a stream of %s with an event without data: %s', async (version, primed) => {
    const posted = await post({ version });
    settle(posted);
    await (await posted.answer).over;
    expect((await posted.answer).events).toHaveLength(primed ? 2 : 1);
  });

  it('says what answers nothing on the newest stream that waits', async () => {
    const own = await listen();
    const older = await post();
    const newer = await post();
    say(note(1));
    settle(newer);
    say(note(2));
    settle(older);
    say(note(3));
    session.end();
    expect(await finished(newer.answer)).toEqual([note(1), answerTo(1)]);
    expect(await finished(older.answer)).toEqual([note(2), answerTo(1)]);
    expect(await finished(own.answer)).toEqual([note(3)]);
  });

  it('passes by the stream of a client that takes none', async () => {
    const own = await listen();
    const posted = await post({ takesEvents: false });
    say(note(1));
    settle(posted);
    session.end();
    expect((await posted.answer).type).toBe('application/json');
    expect(await finished(own.answer)).toEqual([note(1)]);
  });

  it('keeps what the server says until the client listens, up to 100 messages', async () => {
    for (let n = 0; n < 150; n += 1) say(note(n));
    const { answer } = await listen();
    say(note('new'));
    session.end();
    const data = await finished(answer);
    expect(data).toHaveLength(101);
    expect([data[0], data.at(-1)]).toEqual([note(0), note('new')]);
  });

  it('gives a client that comes back the rest of a stream that goes on', async () => {
    const posted = await post();
    say(note(1), posted.via);
    await (await posted.answer).next();
    const [primed] = (await posted.answer).events;
    await posted.leave();
    expect(session.isInUse).toBe(false);
    say(note(2), posted.via);
    const back = await comeBack(primed?.id ?? '');
    expect(session.isInUse).toBe(true);
    settle(posted);
    expect(await finished(back ?? posted.answer)).toEqual([note(1), note(2), answerTo(1)]);
  });

  it('gives it the rest of a stream that ended while nobody listened', async () => {
    const posted = await post();
    const answer = await posted.answer;
    await posted.leave();
    settle(posted);
    const back = await comeBack(answer.events[0]?.id ?? '1-1');
    expect(await finished(back ?? answer)).toEqual([answerTo(1)]);
  });

  it('gives it what came on the stream of the server while it was away', async () => {
    const own = await listen();
    say(note(1));
    await (await own.answer).next();
    const id = (await own.answer).events[0]?.id ?? '';
    await own.leave();
    expect(session.hasLeft).toBe(true);
    const posted = await post({ takesEvents: false });
    say(note(2));
    settle(posted);
    const again = await listen();
    session.end();
    expect(await finished(again.answer)).toEqual([note(2)]);
    expect(id).toBe('0-1');
  });

  it.each(['x', '7-99', ''])('does not know the event %j', async (id) => {
    await post();
    expect(await comeBack(id)).toBeUndefined();
  });

  it('is in use while somebody listens or waits at the other end', async () => {
    expect([session.isInUse, session.hasLeft]).toEqual([false, false]);
    const posted = await post({ takesEvents: false });
    expect([session.isInUse, session.hasLeft]).toEqual([true, false]);
    await posted.leave();
    expect([session.isInUse, session.hasLeft]).toEqual([false, false]);
    const own = await listen();
    expect(session.isInUse).toBe(true);
    await own.leave();
    // The call still runs: a client that can come back for its answer has not left for good.
    expect([session.isInUse, session.hasLeft]).toEqual([false, false]);
    settle(posted);
    expect([session.isInUse, session.hasLeft]).toEqual([false, true]);
  });

  it('takes no more POSTs while it is paused, and then all in their order', async () => {
    session.pause();
    for (const method of ['a', 'b']) {
      const { reply } = await openExchange();
      const body = Buffer.from(method);
      const frame = { kind: 'line', raw: body, body } as const;
      const sender = { session: 's', runName: undefined, connection: '1' };
      session.post({ frame, reply, sender, takesEvents: true, version: VERSION });
    }
    expect(heard.texts).toEqual([]);
    session.resume();
    expect(heard.texts).toEqual(['a', 'b']);
  });

  it('tells of room when a slow client has read on', async () => {
    const own = await listen();
    const answer = await own.answer;
    answer.response.pause();
    while (session.backlog < 1 << 20) say('x'.repeat(1 << 20));
    expect(heard.drains).toBe(0);
    answer.response.resume();
    await expect.poll(() => heard.drains).toBeGreaterThan(0);
    expect(session.backlog).toBe(0);
  });

  it('forgets what a client that left did not take', async () => {
    const posted = await post();
    (await posted.answer).response.pause();
    while (session.backlog < 1 << 20) say('x'.repeat(1 << 20), posted.via);
    await posted.leave();
    expect(session.backlog).toBe(0);
  });
});
