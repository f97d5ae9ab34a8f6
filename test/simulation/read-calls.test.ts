import { describe, expect, it } from 'vitest';
import { bytesOf, callOf, readingsOf, reasonOf } from './support/samples.js';

const CALL = { tool: 'search', args: { q: 'x' }, result: 'found' };
const LINE = JSON.stringify(CALL);

describe('readCalls', () => {
  it('reads line by line, whatever the chunks, and numbers the lines from 1', async () => {
    const readings = await readingsOf(bytesOf(LINE.slice(0, 9), `${LINE.slice(9)}\n${LINE}`));
    expect(readings.map(({ kind, line, bytes }) => [kind, line, bytes])).toEqual([
      ['call', 1, LINE.length + 1],
      ['call', 2, LINE.length + 1],
    ]);
  });

  it('passes over blank lines, comments, a byte order mark and CR LF', async () => {
    const readings = await readingsOf(bytesOf(`\uFEFF${LINE}\r\n\n  \r\n# polling\n${LINE}\r\n`));
    expect(readings.map(({ kind }) => kind)).toEqual([
      'call',
      'nothing',
      'nothing',
      'nothing',
      'call',
    ]);
  });

  it('names what is wrong with a broken line, and goes on', async () => {
    const readings = await readingsOf(bytesOf(`{"tool":\n${LINE}\n[1]\n`, `${LINE}\n"x"\n`));
    expect(readings).toMatchObject([
      { kind: 'broken', line: 1, reason: expect.stringMatching(/^is not JSON: /) },
      { kind: 'call', line: 2 },
      { kind: 'broken', line: 3, reason: 'is JSON, but not an object' },
      { kind: 'call', line: 4 },
      { kind: 'broken', line: 5, reason: 'is JSON, but not an object' },
    ]);
  });

  it('does not guess at bytes that are no UTF-8', async () => {
    async function* bytes() {
      yield Buffer.from([0x7b, 0xff, 0x7d, 0x0a]);
    }
    expect(await readingsOf(bytes())).toMatchObject([
      { kind: 'broken', reason: 'is not valid UTF-8' },
    ]);
  });

  it('keeps numbers apart that a double cannot', async () => {
    const line = (digits: string) => `{"tool":"pay","args":{"id":${digits}},"result":1}`;
    const [a, b] = await readingsOf(
      bytesOf(`${line('9007199254740993')}\n${line('9007199254740992')}`),
    );
    expect(a?.kind === 'call' && a.call.args).toEqual({ id: '9007199254740993' });
    expect(b?.kind === 'call' && b.call.args).toEqual({ id: '9007199254740992' });
  });
});

describe('a plain record', () => {
  it('needs no more than a tool and what came of it', async () => {
    expect(await callOf({ tool: 'ping', result: null })).toMatchObject({
      run: null,
      tool: 'ping',
      args: {},
      began: undefined,
      ended: undefined,
      solved: undefined,
      outcome: { kind: 'success' },
    });
  });

  it.each([
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02T03:04:05.250+01:00', Date.UTC(2026, 0, 2, 2, 4, 5, 250)],
    ['2026-01-02 03:04:05.123456', Date.UTC(2026, 0, 2, 3, 4, 5, 123)],
    [1_700_000_000_123, 1_700_000_000_123],
    [null, undefined],
  ])('takes the time %s', async (timestamp, at) => {
    expect(await callOf({ ...CALL, timestamp })).toMatchObject({ began: at, ended: at });
  });

  it('keeps run, cost and the verdict as they are', async () => {
    expect(await callOf({ ...CALL, run: 7, solved: false, cost: 0.1 })).toMatchObject({
      run: 7,
      solved: false,
      outcome: { kind: 'success', cost: 100_000 },
    });
    expect(await callOf({ ...CALL, run: '7', solved: null })).toMatchObject({
      run: '7',
      solved: undefined,
    });
  });

  it.each([
    [{ ...CALL, tool: undefined }, 'has no "tool", which must be a text'],
    [{ ...CALL, tool: 5 }, '"tool" must be a text, found 5'],
    [{ ...CALL, args: [1] }, '"args" must be an object, found [1]'],
    [{ ...CALL, args: '{}' }, '"args" must be an object, found "{}"'],
    [{ ...CALL, run: {} }, '"run" must be a text or a number, found {}'],
    [{ ...CALL, isError: 'no' }, '"isError" must be true or false, found "no"'],
    [{ ...CALL, solved: 1 }, '"solved" must be true or false, found 1'],
    [{ ...CALL, cost: -1 }, '"cost" must be an amount of US dollars, found -1'],
    [
      { ...CALL, timestamp: 'yesterday' },
      '"timestamp" must be a time by RFC 3339 or milliseconds since 1970, found "yesterday"',
    ],
    [
      { ...CALL, timestamp: '2026-02-31T99:00:00Z' },
      expect.stringContaining('found "2026-02-31T99:00:00Z"'),
    ],
    [{ tool: 'search', args: {} }, 'has neither "result" nor "error"'],
    [{ tool: 'search', error: null }, 'has neither "result" nor "error"'],
  ])('is broken: %j', async (record, reason) => {
    expect(await reasonOf(record)).toEqual(reason);
  });

  it('shows only the beginning of a long value', async () => {
    expect((await reasonOf({ ...CALL, args: 'x'.repeat(1_000) })).length).toBeLessThan(120);
  });
});
