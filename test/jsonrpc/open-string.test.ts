import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, LineFramer } from '../../src/jsonrpc/framing.js';
import { OpenString } from '../../src/jsonrpc/open-string.js';
import { skipValue } from '../../src/jsonrpc/scan.js';
import { scannedMemoryOf } from '../../src/jsonrpc/scanned-memory.js';

/** What ends a string or seems to, in runs long enough to be cut anywhere. */
const text = fc
  .array(fc.tuple(fc.constantFrom('\\\\', '\\"', '\\n', 'x', 'é', '{}[],:'), fc.nat(40_000)), {
    maxLength: 4,
  })
  .map((runs) => runs.map(([piece, times]) => piece.repeat(times)).join(''));

const some = fc.oneof(
  { arbitrary: fc.constantFrom('', 'a'), weight: 20 },
  { arbitrary: text, weight: 1 },
);

/** An array of strings, most of them short; half of the lines are damaged. */
const line = fc
  .tuple(fc.array(some, { maxLength: 90 }), fc.boolean())
  .map(([texts, isClosed]) => `["${texts.join('","')}${isClosed ? '"]' : ''}\n`);

/** Gives the bytes to a framer in pieces of these sizes by turns, and each line to `read` while it holds. */
function frame(
  framer: LineFramer,
  bytes: Buffer,
  sizes: readonly number[],
  read: (frame: Frame) => void,
): void {
  let taken = 0;
  for (let turn = 0; taken < bytes.length; turn += 1) {
    const room = framer.room();
    const size = Math.min(sizes[turn % sizes.length] ?? 1, room.length);
    const count = bytes.copy(room, 0, taken, Math.min(bytes.length, taken + size));
    taken += count;
    for (const each of framer.filled(count)) read(each);
  }
}

describe('the string in which an unfinished message ends', () => {
  it('is read as in a message that came whole', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1_000, max: 9_000 }), fc.constant(65_536)), {
      minLength: 1,
      maxLength: 5,
    });
    // One for all: memory of this kind takes a wide space of addresses, and there are not thousands of them.
    const framer = new LineFramer(10_000_000, true);
    let seen = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), sizes, (lines, pieces) => {
        // The first long line makes the framer take memory that is looked at.
        const first = `"${'y'.repeat(5_000)}"\n`;
        const all = [first, first, ...lines];
        let at = 0;
        frame(framer, Buffer.from(all.join('')), pieces, (each) => {
          if (each.kind !== 'line') throw new Error('it was cut');
          if (scannedMemoryOf(each.raw.buffer) !== undefined) seen += 1;
          const whole = Buffer.from(all[at] ?? '');
          at += 1;
          expect(each.raw.equals(whole)).toBe(true);
          expect(skipValue(each.raw, 0)).toBe(skipValue(whole, 0));
        });
        expect(at).toBe(all.length);
      }),
      { numRuns: 1_000 },
    );
    expect(seen).toBeGreaterThan(2_000);
  });

  it('is searched once, wherever it is moved to', () => {
    const memory = Buffer.from(`junk{"a":"b","text":"${'x'.repeat(10_000)}\\\\"}`);
    const begin = memory.indexOf('xxx');
    const searched: [number, number][] = [];
    // What sees the memory 100 bytes further on, as a module behind its guests.
    const open = new OpenString(100, (at, end) => {
      searched.push([at - 100, end - 100]);
      const quote = memory.subarray(at - 100, end - 100).indexOf('"');
      return quote === -1 ? -1 : at + quote;
    });
    open.follow(memory, 4, 4_000);
    expect(open.from(begin + 100)).toBe(4_100);
    // Between the two bytes of an escape.
    open.follow(memory, 4, memory.length - 3);
    expect(open.from(begin + 100)).toBe(memory.indexOf('\\\\') + 100);
    memory.copyWithin(0, 4);
    open.moved(4);
    open.follow(memory, 0, memory.length - 4);
    expect(open.from(begin + 100 - 4)).toBe(memory.indexOf('"}') + 100);
    const bytes = searched.reduce((sum, [at, end]) => sum + end - at, 0);
    expect(bytes).toBeLessThan(10_000 + 3 * 4_000);
    open.forget();
    expect(open.from(begin + 100 - 4)).toBe(begin + 100 - 4);
  });

  it('is searched once, though all of it may escape what comes next', () => {
    const memory = Buffer.from(`{"text":"${'\\'.repeat(20_001)}`);
    let searched = 0;
    const open = new OpenString(0, (at, end) => {
      searched += end - at;
      return -1;
    });
    for (let to = 1_000; to <= memory.length; to += 7) open.follow(memory, 0, to);
    expect(searched).toBeLessThan(2 * memory.length);
  });
});
