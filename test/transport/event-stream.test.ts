import { describe, expect, it } from 'vitest';
import { EventLog } from '../../src/transport/event-log.js';
import { EventStream } from '../../src/transport/event-stream.js';
import { openExchange } from './support/http-exchange.js';

describe('EventStream', () => {
  it('numbers its events where a client can come back for them, and else does not', async () => {
    for (const [log, id] of [
      [new EventLog(), '3-1'],
      [undefined, undefined],
    ] as const) {
      const { reply, answer } = await openExchange();
      const stream = new EventStream(3, log);
      stream.attach(reply, [], false);
      stream.send('{"a":1}');
      stream.end();
      await (await answer).over;
      expect((await answer).events).toEqual([{ id, data: '{"a":1}' }]);
    }
  });

  it('begins with an event that only carries an id and the time to come back, where asked', async () => {
    const { reply, answer } = await openExchange();
    const stream = new EventStream(1, new EventLog());
    stream.attach(reply, [], true);
    stream.end();
    await (await answer).over;
    expect((await answer).body).toBe('id: 1-1\nretry: 1000\ndata: \n\n');
  });

  it('keeps what is said while nobody listens, and says it to who comes back', async () => {
    const log = new EventLog();
    const stream = new EventStream(1, log);
    const first = await openExchange();
    stream.attach(first.reply, [], true);
    await first.answer;
    await first.leave();
    expect([stream.attached, stream.wasAttached]).toEqual([false, true]);
    stream.send('{"missed":1}');
    stream.send('{"missed":2}');
    const second = await openExchange();
    stream.attach(second.reply, log.after('1-1')?.missed ?? [], false);
    stream.send('{"new":3}');
    stream.end();
    const answer = await second.answer;
    await answer.over;
    expect(answer.events.map(({ data }) => data)).toEqual([
      '{"missed":1}',
      '{"missed":2}',
      '{"new":3}',
    ]);
  });

  it('goes over one connection at a time: another one ends the first', async () => {
    const stream = new EventStream(1, new EventLog());
    const first = await openExchange();
    stream.attach(first.reply, [], false);
    const second = await openExchange();
    stream.attach(second.reply, [], false);
    await (await first.answer).over;
    stream.send('{}');
    stream.end();
    await (await second.answer).over;
    expect((await first.answer).events).toEqual([]);
    expect((await second.answer).events).toHaveLength(1);
  });
});
