import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneLine } from '../../src/jsonrpc/one-line.js';
import { jsonText } from './support/json-text.js';

describe('oneLine', () => {
  it('makes one line of any JSON text, with the same tokens', () => {
    const ends = fc.constantFrom('', '\n', '\r\n', '\r', '\n\n');
    fc.assert(
      fc.property(jsonText, ends, (text, end) => {
        const body = Buffer.from(text + end);
        const before = Buffer.from(body);
        const line = oneLine(body).toString();
        expect(line).toMatch(/^[^\r\n]*\n$/);
        expect(line.replaceAll(/[ \n]/g, '')).toBe((text + end).replaceAll(/[ \r\n]/g, ''));
        expect(JSON.parse(line)).toEqual(JSON.parse(text));
        expect(body).toEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves every token where it was', () => {
    expect(oneLine(Buffer.from('{\r\n"a":\n1}')).toString()).toBe('{  "a": 1}\n');
  });

  it('copies nothing that is a line already', () => {
    const body = Buffer.from('{"a":"\\n"}\n');
    expect(oneLine(body)).toBe(body);
  });
});
