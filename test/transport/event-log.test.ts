import { beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../../src/transport/event-log.js';

let log: EventLog;
beforeEach(() => {
  log = new EventLog();
});

function add(stream: number, text: string): string {
  const id = log.nextId(stream);
  log.add(stream, Buffer.from(text));
  return id;
}

const missed = (id: string): string[] | undefined => log.after(id)?.missed.map(String);

describe('EventLog', () => {
  it('gives what came on the same stream after an event', () => {
    const first = add(1, 'a');
    add(2, 'of another stream');
    const second = add(1, 'b');
    const third = add(1, 'c');
    expect(missed(first)).toEqual(['b', 'c']);
    expect(missed(second)).toEqual(['c']);
    expect(log.after(third)).toEqual({ stream: 1, missed: [] });
  });

  it('gives no id twice, whatever the stream', () => {
    const ids = [add(1, 'a'), add(2, 'b'), add(1, 'c'), add(11, 'd')];
    expect(new Set(ids).size).toBe(4);
  });

  it.each(['', '1', 'x-1', '1-x', '1-2-3', '1-99', '-1', ' 1-1', '1e0-1'])(
    'does not know the id %j',
    (id) => {
      add(1, 'a');
      expect(log.after(id)).toBeUndefined();
    },
  );

  it('knows no event of before the first', () => {
    expect(log.after('1-1')).toBeUndefined();
    expect(missed('1-0')).toEqual([]);
  });

  it('keeps the last 1,000 events', () => {
    const first = add(1, '0');
    for (let n = 1; n <= 1_500; n += 1) add(1, String(n));
    expect(missed(first)).toHaveLength(1_000);
    expect(missed(first)?.at(0)).toBe('501');
  });

  it('keeps a megabyte at most, and no single event above it', () => {
    const first = add(1, 'first');
    for (let n = 0; n < 5; n += 1) add(1, 'x'.repeat(400_000));
    expect(missed(first)).toHaveLength(2);
    add(1, 'y'.repeat(2_000_000));
    expect(missed(first)).toHaveLength(2);
    add(1, 'z');
    expect(missed(first)?.at(-1)).toBe('z');
  });
});
