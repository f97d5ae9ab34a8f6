import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, LineFramer } from '../../src/jsonrpc/framing.js';
import { finderFor } from '../../src/jsonrpc/scanned-memory.js';
import { feed } from './support/feed.js';

const NO_LIMIT = 1_000_000;

function framesOf(chunks: readonly Buffer[], maxBytes = NO_LIMIT): Frame[] {
  const framer = new LineFramer(maxBytes);
  return [...chunks.flatMap((chunk) => feed(framer, chunk)), ...framer.end()];
}

/** Frames as text, one character for one byte, so that a difference can be read. */
function shown(frames: readonly Frame[]): unknown[] {
  return frames.map((frame) =>
    frame.kind === 'line'
      ? { raw: frame.raw.toString('latin1'), body: frame.body.toString('latin1') }
      : {
          length: frame.length,
          head: frame.head.toString('latin1'),
          tail: frame.tail.toString('latin1'),
        },
  );
}

const line = fc.oneof(
  fc.constantFrom('', ' ', '\t \r', '\r', '{}', 'é', '日本🧨', '{"a":"\r"}'),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const stream = fc
  .tuple(
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 12 }),
    // What stands behind the last line end.
    line,
  )
  .map(([lines, rest]) => Buffer.from(lines.map((parts) => parts.join('')).join('') + rest));

const cuts = fc.array(fc.nat(), { maxLength: 20 });

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

const single = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));

/** What stands between the line feeds, with one at the end of each line, also of the last. */
function rawLines(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  return `${text}${/[^\n]$/.test(text) ? '\n' : ''}`.split(/(?<=\n)/);
}

describe('LineFramer', () => {
  it('gives the same lines in whatever chunks they come', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        const whole = shown(framesOf([bytes]));
        expect(shown(framesOf(cut(bytes, places)))).toEqual(whole);
        expect(shown(framesOf(single(bytes)))).toEqual(whole);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps every byte but those of blank lines', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        const kept = rawLines(bytes).filter((raw) => /[^ \t\r\n]/.test(raw));
        const frames = framesOf(cut(bytes, places));
        expect(
          frames.map((frame) => frame.kind === 'line' && frame.raw.toString('latin1')),
        ).toEqual(kept);
        expect(
          frames.map((frame) => frame.kind === 'line' && frame.body.toString('latin1')),
        ).toEqual(kept.map((raw) => raw.replace(/\r?\n$/, '')));
      }),
      { numRuns: 1_000 },
    );
  });

  it('cuts lines above the limit, and no others, the same in whatever chunks they come', () => {
    fc.assert(
      fc.property(stream, cuts, fc.integer({ min: 1, max: 40 }), (bytes, places, limit) => {
        const frames = framesOf(cut(bytes, places), limit);
        expect(shown(frames)).toEqual(shown(framesOf([bytes], limit)));
        expect(shown(frames)).toEqual(shown(framesOf(single(bytes), limit)));
        const expected = rawLines(bytes)
          .map((raw) => ({ raw, length: raw.replace(/\n$/, '').length }))
          .filter(({ raw, length }) => length > limit || /[^ \t\r\n]/.test(raw));
        expect(
          frames.map((frame) => (frame.kind === 'line' ? frame.raw.length : frame.length)),
        ).toEqual(expected.map(({ raw, length }) => (length > limit ? length : raw.length)));
        for (const [index, frame] of frames.entries()) {
          const raw = expected[index]?.raw ?? '';
          if (frame.kind === 'line') continue;
          expect(raw.startsWith(frame.head.toString('latin1'))).toBe(true);
          expect(raw.endsWith(frame.tail.toString('latin1'))).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('lets a line of exactly the limit pass, and one byte more not', () => {
    expect(framesOf([Buffer.from('12345\n')], 5)).toMatchObject([{ kind: 'line' }]);
    expect(framesOf([Buffer.from('123456\n')], 5)).toMatchObject([{ kind: 'oversize', length: 6 }]);
    expect(framesOf([Buffer.from('12345')], 5)).toMatchObject([{ kind: 'line' }]);
    expect(framesOf([Buffer.from('123456')], 5)).toMatchObject([{ kind: 'oversize', length: 6 }]);
  });

  it('keeps no more of a long line than its ends', () => {
    const framer = new LineFramer(100_000);
    const megabyte = Buffer.alloc(1_000_000, 'x');
    for (let count = 0; count < 50; count += 1) expect(feed(framer, megabyte)).toEqual([]);
    const [frame] = feed(framer, Buffer.from('the end\n{}\n'));
    if (frame?.kind !== 'oversize') throw new Error('not cut');
    expect(frame.length).toBe(50_000_007);
    expect(frame.head.length).toBe(65_536);
    expect(frame.head.buffer.byteLength).toBeLessThan(1_000_000);
    expect(frame.tail.length).toBe(4_096);
    expect(frame.tail.toString('latin1').endsWith('xthe end\n')).toBe(true);
  });

  it('goes on with the next line behind a long one', () => {
    const frames = framesOf([Buffer.from('123456789\n{}\n')], 5);
    expect(frames.map(({ kind }) => kind)).toEqual(['oversize', 'line']);
  });

  it('tells no line twice where nothing has come', () => {
    const framer = new LineFramer(NO_LIMIT, true);
    expect(feed(framer, Buffer.from('{"a":1}\n{"b":2}\n'))).toHaveLength(2);
    expect(framer.filled(0)).toEqual([]);
  });

  it('is empty after its end', () => {
    const framer = new LineFramer(5);
    feed(framer, Buffer.from('123'));
    expect(framer.end()).toHaveLength(1);
    expect(framer.end()).toEqual([]);
    expect(shown(feed(framer, Buffer.from('4\n')))).toEqual([{ raw: '4\n', body: '4' }]);
  });

  it('gives the same lines in memory that it uses again', () => {
    const size = fc.constantFrom(1, 5_000, 50_000, 200_000, 3_000_000);
    const sizes = fc.array(size, { maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 40_000, max: 500_000 }), (lengths, cut) => {
        const text = lengths.map((length, index) => `${String(index).repeat(length)}\r\n`).join('');
        const stream = Buffer.from(`${text}the rest`);
        const lender = new LineFramer(2_500_000, true);
        const plain = new LineFramer(2_500_000);
        const seen: unknown[] = [];
        const expected: Frame[] = [];
        for (let at = 0; at < stream.length; at += cut) {
          const chunk = stream.subarray(at, at + cut);
          feed(lender, chunk, (frames) => {
            seen.push(...shown(frames));
            // Whoever looked at them again later would see this.
            for (const frame of frames) if (frame.kind === 'line') frame.raw.fill('!');
          });
          expected.push(...feed(plain, chunk));
        }
        seen.push(...shown(lender.end()));
        expected.push(...plain.end());
        expect(seen).toEqual(shown(expected));
      }),
      { numRuns: 30 },
    );
  });

  it('reads on in the same memory, and after a long line in one that WebAssembly sees', () => {
    const framer = new LineFramer(NO_LIMIT, true);
    const memoryOf = (line: string): ArrayBufferLike | undefined => {
      const [frame] = feed(framer, Buffer.from(`${line}\n`));
      return frame?.kind === 'line' ? frame.raw.buffer : undefined;
    };
    const first = memoryOf('{}');
    expect(memoryOf('{"long":"'.padEnd(5_000, 'x'))).toBe(first);
    const scanned = memoryOf('{}');
    expect(scanned).not.toBe(first);
    expect(finderFor(scanned ?? Buffer.alloc(0).buffer)).toBeDefined();
    expect(memoryOf('{"long":"'.padEnd(100_000, 'x'))).toBe(scanned);
  });

  it('leaves the lines before the end of the stream as they are', () => {
    const framer = new LineFramer(NO_LIMIT, true);
    const [line] = feed(framer, Buffer.from(`${'1'.repeat(200_000)}\n${'2'.repeat(62_000)}`));
    const [rest] = framer.end();
    expect(line?.kind === 'line' && line.raw.equals(Buffer.from(`${'1'.repeat(200_000)}\n`))).toBe(
      true,
    );
    expect(rest?.kind === 'line' && rest.raw.length).toBe(62_001);
  });

  it('lets go of the memory of a very long line', () => {
    const framer = new LineFramer(100_000_000, true);
    const sizeFor = (length: number): number => {
      const [frame] = feed(framer, Buffer.from(`${'x'.repeat(length)}\n`));
      return frame?.kind === 'line' ? frame.raw.buffer.byteLength : 0;
    };
    expect(sizeFor(20_000_000)).toBeGreaterThan(20_000_000);
    expect(sizeFor(10)).toBeLessThanOrEqual(16 * 1024 * 1024);
  });
});
