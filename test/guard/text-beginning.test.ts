import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultText } from '../../src/guard/result-text.js';
import { keepBeginning } from '../../src/guard/text-beginning.js';

const BYTES = 100;

function beginning(json: string, bytes = BYTES): string | undefined {
  return keepBeginning(Buffer.from(json), bytes)?.();
}

describe('keepBeginning', () => {
  it('reads the beginning of what the whole result says, wherever it can be told', () => {
    const unit = fc.constantFrom('a', '"', '\\', '\n', 'é', '漢', '😀', '\u0001');
    const text = fc.string({ unit, minLength: 0, maxLength: 200 });
    fc.assert(
      fc.property(text, text, fc.nat(300), (first, second, bytes) => {
        const content = [
          { type: 'text', text: first },
          { type: 'text', text: second },
        ];
        const json = JSON.stringify({ content });
        const said = beginning(json, bytes);
        if (said !== undefined) expect(resultText(json).startsWith(said)).toBe(true);
      }),
    );
  });

  it('keeps all that is whole within so many bytes', () => {
    const text = 'long '.repeat(200);
    const json = JSON.stringify({ content: [{ type: 'text', text }] });
    expect(beginning(json)).toBe(text.slice(0, BYTES - json.indexOf('long')));
    expect(beginning(json.replace('long', '\\u006cong'))).toBe(
      text.slice(0, BYTES - json.indexOf('long') - 5),
    );
  });

  it.each(['\\n', '\\\\', '\\u0001', 'é', '漢', '😀'])('does not cut %s in two', (spelled) => {
    const json = `{"content":[{"type":"text","text":"${spelled.repeat(100)}"}]}`;
    const unit = Buffer.byteLength(spelled);
    const character = resultText(`"${spelled}"`);
    for (let bytes = BYTES; bytes < BYTES + unit; bytes += 1) {
      const whole = Math.floor((bytes - 35) / unit);
      const said = beginning(json, bytes);
      expect([character.repeat(whole), character.repeat(whole - 1)]).toContain(said);
    }
  });

  it('does not hold the buffer that the result came in', () => {
    const json = Buffer.from(
      JSON.stringify({ content: [{ type: 'text', text: 'x'.repeat(500) }] }),
    );
    const read = keepBeginning(json, BYTES);
    json.fill(0);
    expect(read?.()).toBe('x'.repeat(BYTES - 35));
  });

  it.each([
    ['a short text', { content: [{ type: 'text', text: 'short' }] }],
    ['another order of members', { content: [{ text: 'x'.repeat(1_000), type: 'text' }] }],
    ['structured content first', { structuredContent: {}, content: [] }],
  ])('cannot tell %s', (_, result) => {
    expect(beginning(JSON.stringify(result))).toBeUndefined();
  });
});
