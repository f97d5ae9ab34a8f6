import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPlain, PlainRuns } from '../../src/evidence/plain-runs.js';

it('ends a run at the first byte that is not plain', () => {
  const plain = fc.constantFrom(0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x61);
  const byte = fc.oneof({ weight: 8, arbitrary: plain }, fc.nat(255));
  fc.assert(
    fc.property(
      fc.array(byte, { maxLength: 24 }),
      fc.nat(7),
      fc.nat(24),
      (values, offset, start) => {
        const memory = Buffer.concat([Buffer.alloc(offset), Buffer.from(values), Buffer.alloc(9)]);
        const bytes = memory.subarray(offset, offset + values.length);
        const at = Math.min(start, bytes.length);
        const found = bytes.subarray(at).findIndex((value) => !isPlain(value));
        expect(new PlainRuns(bytes).end(at)).toBe(found === -1 ? bytes.length : at + found);
      },
    ),
    { numRuns: 5_000 },
  );
});

it('knows every byte that is not plain', () => {
  for (let value = 0; value < 256; value += 1) {
    const bytes = Buffer.alloc(9, 'a');
    bytes[2] = value;
    const isSpecial = value < 0x20 || value > 0x7f || value === 0x22 || value === 0x5c;
    expect(new PlainRuns(bytes).end(0)).toBe(isSpecial ? 2 : 9);
    expect(isPlain(value)).toBe(!isSpecial);
  }
});
