import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceivedLine } from '../../src/jsonrpc/line.js';
import { joinAdjoining } from '../../src/transport/adjoining.js';

describe('joinAdjoining', () => {
  it('has all bytes in their order, and no two lines apart that lie next to each other', () => {
    const chunks = [Buffer.from('the first chunk'), Buffer.from('the second chunk')] as const;
    const piece = fc.record({
      chunk: fc.constantFrom(...chunks),
      start: fc.nat(8),
      length: fc.integer({ min: 1, max: 5 }),
      isLine: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (wanted) => {
        const pieces = wanted.map(({ chunk, start, length, isLine }) =>
          isLine
            ? new ReceivedLine(chunk, start, start + length)
            : chunk.subarray(start, start + length),
        );
        const bytes = pieces.map((one) => (one instanceof ReceivedLine ? one.raw : one));
        const joined = joinAdjoining(pieces);
        expect(Buffer.concat(joined).toString()).toBe(Buffer.concat(bytes).toString());
        const joints = wanted.slice(1).filter(({ chunk, start, isLine }, index) => {
          const before = wanted[index];
          const isNext = before?.chunk === chunk && before.start + before.length === start;
          return isNext && before.isLine && isLine;
        });
        expect(joined).toHaveLength(wanted.length - joints.length);
      }),
    );
  });

  it('makes one of the lines of a chunk, in the memory of the chunk', () => {
    const chunk = Buffer.from('one\ntwo\nthree\n');
    const [whole, ...rest] = joinAdjoining([
      new ReceivedLine(chunk, 0, 4),
      new ReceivedLine(chunk, 4, 8),
      new ReceivedLine(chunk, 8, 14),
    ]);
    expect(rest).toEqual([]);
    expect(whole?.buffer).toBe(chunk.buffer);
    expect(whole?.toString()).toBe('one\ntwo\nthree\n');
  });

  it('leaves out what was refused in between', () => {
    const chunk = Buffer.from('one\ntwo\nthree\n');
    const joined = joinAdjoining([new ReceivedLine(chunk, 0, 4), new ReceivedLine(chunk, 8, 14)]);
    expect(joined.map(String)).toEqual(['one\n', 'three\n']);
  });
});
