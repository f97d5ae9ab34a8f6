import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventFramer, type ServerSentEvent } from '../../src/transport/event-framer.js';
import { eventOf } from '../../src/transport/event-text.js';

const NO_LIMIT = 1_000_000;

function eventsOf(chunks: readonly Buffer[], maxBytes = NO_LIMIT): ServerSentEvent[] {
  const framer = new EventFramer(maxBytes);
  return [...chunks.flatMap((chunk) => framer.push(chunk)), ...framer.end()];
}

/** What a reader of the stream is told, one character for one byte. */
function told(events: readonly ServerSentEvent[]): unknown[] {
  return events
    .filter(({ data, id, retry, oversize }) =>
      [data, id, retry, oversize].some((field) => field !== undefined),
    )
    .map(({ data, event, id, retry, oversize }) => ({
      data: data?.toString('latin1'),
      event,
      id,
      retry,
      ...(oversize && {
        length: oversize.length,
        head: oversize.head.toString('latin1'),
        tail: oversize.tail.toString('latin1'),
      }),
    }));
}

/** The standard's steps, line by line, on text that is there as a whole. */
function toldByTheStandard(bytes: Buffer): unknown[] {
  const text = bytes.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  const utf8 = (value: string): string => Buffer.from(value, 'latin1').toString();
  const lines = text.split(/\r\n|\r|\n/).slice(0, -1);
  const events: unknown[] = [];
  let data: string[] = [];
  let event = '';
  let id: string | undefined;
  let retry: number | undefined;
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0 || id !== undefined || retry !== undefined) {
        events.push({
          data: data.length > 0 ? data.join('\n') : undefined,
          event: event || 'message',
          id,
          retry,
        });
      }
      [data, event, id, retry] = [[], '', undefined, undefined];
      continue;
    }
    const [name = '', ...rest] = line.split(':');
    const value = rest.join(':').replace(/^ /, '');
    if (name === 'data') data.push(value);
    if (name === 'event') event = utf8(value);
    if (name === 'id' && !value.includes('\0')) id = utf8(value);
    if (name === 'retry' && /^[0-9]+$/.test(value)) retry = Number(value);
  }
  return events;
}

const line = fc.oneof(
  fc.constantFrom(
    '',
    '',
    ':',
    ': ping',
    'data',
    'data:',
    'data: {"id":1}',
    'data:  é',
    'data:日本',
  ),
  fc.constantFrom('event: endpoint', 'event', 'id: 7', 'id', 'id: a\0b', 'retry: 250', 'retry: x'),
  fc.constantFrom('Data: x', ' data: x', 'datax', 'data : x', '\ufeffdata: x', 'é'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const stream = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 14 }),
    line,
  )
  .map(([mark, lines, rest]) =>
    Buffer.from(mark + lines.map((parts) => parts.join('')).join('') + rest),
  );
const cuts = fc.array(fc.nat(), { maxLength: 20 });

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

const single = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));
const dataOf = (events: readonly ServerSentEvent[]): (string | undefined)[] =>
  events.map(({ data }) => data?.toString());

describe('EventFramer', () => {
  it('reads what the standard reads, in whatever chunks it comes', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        const expected = toldByTheStandard(bytes);
        expect(told(eventsOf([bytes]))).toEqual(expected);
        expect(told(eventsOf(cut(bytes, places)))).toEqual(expected);
        expect(told(eventsOf(single(bytes)))).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives every byte on up to the last event, in its order', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        const raw = Buffer.concat(eventsOf(cut(bytes, places)).map((event) => event.raw));
        expect(bytes.subarray(0, raw.length).equals(raw)).toBe(true);
        const rest = bytes.subarray(raw.length).toString('latin1');
        // Nothing whole stays behind, but for the LF of a CRLF that was cut.
        expect(rest.replace(/^\n/, '')).not.toMatch(/(?:\r\n|\r(?!\n)|\n)(?:\r|\n)/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('cuts events above the limit the same in whatever chunks they come', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 150_000 }), { minLength: 1, maxLength: 4 });
    const places = fc.array(fc.nat({ max: 600_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 80_000 }), places, (lengths, limit, at) => {
        const bytes = Buffer.concat(
          lengths.map((length, index) =>
            eventOf(`{"id":${index},"fill":"${'x'.repeat(length)}"}`, { id: `${index}` }),
          ),
        );
        const whole = eventsOf([bytes], limit);
        expect(told(eventsOf(cut(bytes, at), limit))).toEqual(told(whole));
        expect(whole.map(({ id }) => id)).toEqual(lengths.map((_, index) => `${index}`));
        for (const [index, { oversize, data }] of whole.entries()) {
          expect(data === undefined).toBe((lengths[index] ?? 0) + 18 > limit);
          if (oversize === undefined) continue;
          expect(oversize.head.toString()).toMatch(new RegExp(`^\\{"id":${index},"fill":"x*`));
          expect(oversize.tail.toString()).toMatch(/"}$/);
          expect(oversize.length).toBeGreaterThan(limit);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('lets data of exactly the limit pass, and one byte more not', () => {
    expect(dataOf(eventsOf([Buffer.from('event: message\nid: 1\ndata: 12345\n\n')], 5))).toEqual([
      '12345',
    ]);
    const [event] = eventsOf([Buffer.from('data: 123456\n\n')], 5);
    expect(event).toMatchObject({ data: undefined, oversize: { length: 6 } });
  });

  it('keeps no more of a long event than its ends, and goes on behind it', () => {
    const framer = new EventFramer(100_000);
    framer.push(Buffer.from('id: 9\ndata: {"id":4,"x":"'));
    const megabyte = Buffer.alloc(1_000_000, 'x');
    for (let count = 0; count < 50; count += 1) expect(framer.push(megabyte)).toEqual([]);
    const [long, next] = framer.push(Buffer.from('the end"}\n\ndata: {}\n\n'));
    expect(long?.id).toBe('9');
    expect(long?.oversize?.head.toString()).toMatch(/^\{"id":4,"x":"x+$/);
    expect(long?.oversize?.head.buffer.byteLength).toBeLessThan(1_000_000);
    expect(long?.oversize?.tail.toString()).toMatch(/^x+the end"}$/);
    expect(long?.oversize?.length).toBeGreaterThan(50_000_000);
    expect(next?.data?.toString()).toBe('{}');
  });

  it('does not copy an event that came in one chunk', () => {
    const chunk = eventOf(`"${'x'.repeat(10_000)}"`, { id: '1' });
    const [event] = eventsOf([chunk]);
    expect(event?.raw.buffer).toBe(chunk.buffer);
    expect(event?.data?.buffer).toBe(chunk.buffer);
  });

  it.each(['\n', '\r\n', '\r'])('gives a lone comment on before its blank line (%j)', (end) => {
    const framer = new EventFramer(NO_LIMIT);
    const [comment] = framer.push(Buffer.from(`: ping${end}`));
    expect(comment).toMatchObject({ data: undefined, id: undefined, retry: undefined });
    expect(comment?.raw.toString()).toBe(`: ping${end}`);
    expect(framer.push(Buffer.from(`data: 1${end}: inside${end}`))).toEqual([]);
    expect(dataOf(framer.push(Buffer.from(`data: 2${end}${end}`)))).toEqual(['1\n2']);
  });

  it('gives an event on at the CR of its blank line, whose LF may come later', () => {
    const framer = new EventFramer(NO_LIMIT);
    expect(dataOf(framer.push(Buffer.from('data: 1\r\n\r')))).toEqual(['1']);
    expect(dataOf(framer.push(Buffer.from('\ndata: 2\r\n\r\n')))).toEqual(['2']);
  });

  it('tells empty data from none', () => {
    expect(dataOf(eventsOf([Buffer.from('id: 1\ndata: \n\nid: 2\n\nretry: 5\n\n')]))).toEqual([
      '',
      undefined,
      undefined,
    ]);
  });

  it('discards an event that the end of the stream cuts off, and is empty then', () => {
    const framer = new EventFramer(NO_LIMIT);
    expect(framer.push(Buffer.from('data: {}\n'))).toEqual([]);
    expect(framer.end()).toEqual([]);
    expect(dataOf(framer.push(Buffer.from('data: 2\n\n')))).toEqual(['2']);
  });

  it('reads ten megabytes of short events in one chunk in time that grows with them alone', () => {
    const bytes = Buffer.from('data: {}\n\n'.repeat(1_000_000));
    const start = performance.now();
    expect(eventsOf([bytes])).toHaveLength(1_000_000);
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});
