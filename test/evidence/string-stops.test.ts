import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringStops } from '../../src/evidence/string-stops.js';
import { finderFor } from '../../src/jsonrpc/scanned-memory.js';
import { inScannedMemory } from '../jsonrpc/support/in-scanned-memory.js';

/** Runs of what a string can be made of, as long as whole blocks of 64 bytes and as short as nothing. */
const runs = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          'x',
          '\\\\',
          '\\"',
          '\\n',
          '\\',
          '"',
          'é',
          '\\u0000',
          '\\/',
          '\x1f',
          '\x7f',
          '\\\t',
        ),
        fc.nat(255).map((code) => `\\${String.fromCharCode(code)}`),
      ),
      fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(70) }),
    ),
    { maxLength: 12 },
  )
  .map((all) => Buffer.from(all.map(([piece, times]) => piece.repeat(times)).join(''), 'latin1'));

it('is the same whoever looks for it', () => {
  fc.assert(
    fc.property(runs, fc.nat(100), (bytes, before) => {
      const seen = inScannedMemory(bytes, before);
      const [walked, scanned] = [
        stringStops(bytes, undefined),
        stringStops(seen, finderFor(seen.buffer)),
      ];
      // From every place that is not behind a backslash.
      for (let at = 0; at <= bytes.length; at = walked(at) + 1 || bytes.length + 1) {
        expect(scanned(at)).toBe(walked(at));
      }
    }),
    { numRuns: 20_000 },
  );
});

it('is the closing quote of a string as RFC 8785 writes it, and sooner what it writes otherwise', () => {
  const stopIn = (text: string): number => stringStops(Buffer.from(text), undefined)(0);
  expect(stopIn('plain"')).toBe(5);
  expect(stopIn('é\\"\\\\\\n"')).toBe(8);
  expect(stopIn('a\\u0000"')).toBe(2);
  expect(stopIn('a\\/"')).toBe(2);
  expect(stopIn('a\nb"')).toBe(1);
  expect(stopIn('no end')).toBe(-1);
  expect(stopIn('\\')).toBe(-1);
});
