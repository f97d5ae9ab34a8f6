import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { LineWriter } from '../../src/cli/line-writer.js';

/** Takes what is written and finishes no write before it is told to. */
function slowReader() {
  const chunks: string[] = [];
  const finish: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 1,
    write: (chunk, _, done) => {
      chunks.push(String(chunk));
      finish.push(done);
    },
  });
  return { stream, chunks, next: () => finish.shift()?.() };
}

it('writes lines in batches, and the rest at the end', async () => {
  const stream = new PassThrough();
  const writer = new LineWriter(stream);
  expect(writer.write('a')).toBeUndefined();
  expect(stream.read()).toBeNull();
  await writer.write('b');
  await writer.flush();
  expect(String(stream.read())).toBe('a\nb\n');
  expect(writer.flush()).toBeUndefined();
});

it('waits for a reader that is slow', async () => {
  const { stream, chunks, next } = slowReader();
  const writer = new LineWriter(stream);
  let waited = true;
  const written = writer.write('x'.repeat(70_000))?.then(() => {
    waited = false;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect({ waited, chunks: chunks.length }).toEqual({ waited: true, chunks: 1 });
  next();
  await written;
  expect(waited).toBe(false);
});

it('notices a reader that has gone, and waits for it no longer', async () => {
  const { stream } = slowReader();
  const writer = new LineWriter(stream);
  const written = writer.write('x'.repeat(70_000));
  expect(writer.closed.aborted).toBe(false);
  stream.destroy(new Error('EPIPE'));
  await written;
  expect(writer.closed.aborted).toBe(true);
  expect(writer.write('x'.repeat(70_000))).toBeUndefined();
});
