import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitLines } from '../../src/evidence/split-lines.js';

async function split(text: string, chunk: number, maxBytes = 1000) {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const lines: { text: string; ended: boolean; tooLong: boolean }[] = [];
  for await (const { bytes: line, ...rest } of splitLines(chunks(), maxBytes)) {
    lines.push({ text: Buffer.from(line).toString(), ...rest });
  }
  return lines;
}

it('cuts at line ends, whatever the chunks', async () => {
  const text = fc.array(fc.constantFrom('\n', 'a', 'é', '\r'), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (letters, chunk) => {
      const parts = letters.join('').split('\n');
      const last = parts.pop() ?? '';
      const expected = parts.map((part) => ({ text: part, ended: true, tooLong: false }));
      if (last !== '') expected.push({ text: last, ended: false, tooLong: false });
      expect(await split(letters.join(''), chunk)).toEqual(expected);
    }),
  );
});

it('does not keep a line above the bound, and goes on after it', async () => {
  expect(await split('1234\n12345\n123456\nx', 2, 5)).toEqual([
    { text: '1234', ended: true, tooLong: false },
    { text: '12345', ended: true, tooLong: false },
    { text: '', ended: true, tooLong: true },
    { text: 'x', ended: false, tooLong: false },
  ]);
});
