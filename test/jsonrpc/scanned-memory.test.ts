import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skipValue } from '../../src/jsonrpc/scan.js';
import { skipString } from '../../src/jsonrpc/scan-scalar.js';
import { finderFor, ScannedMemory } from '../../src/jsonrpc/scanned-memory.js';
import { inScannedMemory } from './support/in-scanned-memory.js';
import { damaged, jsonText } from './support/json-text.js';

/** Runs of what matters to the end of a string, as long as whole blocks and as short as nothing. */
const text = fc
  .array(fc.tuple(fc.constantFrom('\\', '\\\\', '"', '\\"', 'x', 'é', '\n'), fc.nat(70)), {
    maxLength: 12,
  })
  .map((runs) => runs.map(([piece, times]) => piece.repeat(times)).join(''));

describe('memory that WebAssembly sees', () => {
  it('has the ends of strings where a walk finds them', () => {
    fc.assert(
      fc.property(text, fc.nat(200), fc.boolean(), (inside, before, isClosed) => {
        const bytes = Buffer.from(`"${inside}${isClosed ? '"' : ''}`);
        const seen = inScannedMemory(bytes, before);
        expect(finderFor(seen.buffer)).toBeDefined();
        expect(skipString(seen, 0)).toBe(skipString(bytes, 0));
      }),
      { numRuns: 20_000 },
    );
  });

  it('has JSON values where they are in any other', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          jsonText.map((json) => Buffer.from(json)),
          damaged(jsonText),
        ),
        (bytes) => {
          expect(skipValue(inScannedMemory(bytes, 7), 0)).toBe(skipValue(bytes, 0));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('does not look behind the end of a message for the end of its string', () => {
    const bytes = inScannedMemory(Buffer.from(`"${'x'.repeat(100)}"`), 0);
    expect(skipString(bytes.subarray(0, 90), 0)).toBe(-1);
  });

  it('keeps what it holds when it grows, and holds more than it can in plain memory', () => {
    const small = ScannedMemory.of(65_536);
    if (small === undefined) throw new Error('no WebAssembly here');
    small.bytes.write('kept');
    const large = small.grown(200_000, 4);
    expect(large.bytes.length).toBeGreaterThanOrEqual(200_000);
    expect(large.bytes.toString('latin1', 0, 4)).toBe('kept');
    expect(finderFor(large.bytes.buffer)).toBeDefined();
    const huge = large.grown(20_000_000, 4);
    expect(huge.bytes.length).toBe(20_000_000);
    expect(huge.bytes.toString('latin1', 0, 4)).toBe('kept');
    expect(finderFor(huge.bytes.buffer)).toBeUndefined();
  });
});
