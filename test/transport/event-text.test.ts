import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventFramer } from '../../src/transport/event-framer.js';
import { eventOf } from '../../src/transport/event-text.js';

describe('eventOf', () => {
  it('writes a message as one event', () => {
    expect(eventOf('{"id":1}').toString()).toBe('data: {"id":1}\n\n');
    expect(eventOf(Buffer.from('{}'), { id: 'a_1', event: 'message', retry: 250 }).toString()).toBe(
      'event: message\nid: a_1\nretry: 250\ndata: {}\n\n',
    );
  });

  it('leaves out the line end that framed the message on stdio', () => {
    expect(eventOf(Buffer.from('{}\n')).toString()).toBe('data: {}\n\n');
    expect(eventOf('{}\r\n').toString()).toBe('data: {}\n\n');
  });

  it('writes a message of several lines as several data lines', () => {
    expect(eventOf('{\n\r\n"é":\r1\n}').toString()).toBe(
      'data: {\ndata: \ndata: "é":\ndata: 1\ndata: }\n\n',
    );
  });

  it('writes what a reader takes for the same message', () => {
    fc.assert(
      fc.property(
        fc.json({ depthSize: 'small' }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (json, end) => {
          const message = Buffer.from(
            JSON.stringify(JSON.parse(json), null, 1).replaceAll('\n', end),
          );
          const [event, ...others] = new EventFramer(1_000_000).push(eventOf(message, { id: '1' }));
          expect(others).toEqual([]);
          expect(event?.data?.toString()).toBe(message.toString().replaceAll(end, '\n'));
        },
      ),
    );
  });

  it('lets no field smuggle a line in', () => {
    expect(() => eventOf('{}', { id: '1\ndata: {}' })).toThrow('a line end in the field id');
  });
});
