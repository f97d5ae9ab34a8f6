import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinAdjoining } from '../../src/transport/adjoining.js';

describe('joinAdjoining', () => {
  it('has all bytes in their order, and nothing left to be joined', () => {
    const chunks = [Buffer.from('the first chunk'), Buffer.from('the second chunk')] as const;
    const piece = fc.record({
      chunk: fc.constantFrom(...chunks),
      start: fc.nat(15),
      length: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (wanted) => {
        const pieces = wanted.map(({ chunk, start, length }) =>
          chunk.subarray(start, start + length),
        );
        const joined = joinAdjoining(pieces);
        expect(Buffer.concat(joined).toString()).toBe(Buffer.concat(pieces).toString());
        expect(joinAdjoining(joined)).toEqual(joined);
      }),
    );
  });

  it('makes one of the lines of a chunk, in the memory of the chunk', () => {
    const chunk = Buffer.from('one\ntwo\nthree\n');
    const [whole, ...rest] = joinAdjoining([
      chunk.subarray(0, 4),
      chunk.subarray(4, 8),
      chunk.subarray(8),
    ]);
    expect(rest).toEqual([]);
    expect(whole?.buffer).toBe(chunk.buffer);
    expect(whole?.toString()).toBe('one\ntwo\nthree\n');
  });

  it('leaves out what was refused in between', () => {
    const chunk = Buffer.from('one\ntwo\nthree\n');
    const joined = joinAdjoining([chunk.subarray(0, 4), chunk.subarray(8)]);
    expect(joined.map(String)).toEqual(['one\n', 'three\n']);
  });
});
