import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningOfText, enoughFor, resultText } from '../../src/guard/result-text.js';

const COUNT = 50;

function beginning(json: string): string | undefined {
  const bytes = Buffer.from(json);
  return beginningOfText(bytes.toString('utf8', 0, enoughFor(COUNT)), COUNT);
}

describe('beginningOfText', () => {
  it('is the beginning of what the whole result says, wherever it can be told', () => {
    const unit = fc.constantFrom('a', '"', '\\', '\n', 'é', '漢', '😀', '\u0001');
    const text = fc.string({ unit, minLength: 0, maxLength: 600 });
    fc.assert(
      fc.property(text, text, (first, second) => {
        const content = [
          { type: 'text', text: first },
          { type: 'text', text: second },
        ];
        const json = JSON.stringify({ content });
        const said = beginning(json);
        if (said !== undefined) expect(said).toBe(resultText(json).slice(0, COUNT));
      }),
    );
  });

  it('can be told of a long text', () => {
    const json = JSON.stringify({ content: [{ type: 'text', text: 'long '.repeat(200) }] });
    expect(beginning(json)).toBe('long '.repeat(10));
    const escaped = json.replace('long', '\\u006cong');
    expect(beginning(escaped)).toBe('long '.repeat(10));
  });

  it.each([
    ['a short text', { content: [{ type: 'text', text: 'short' }] }],
    ['another order of members', { content: [{ text: 'x'.repeat(1_000), type: 'text' }] }],
    ['structured content first', { structuredContent: {}, content: [] }],
  ])('cannot be told of %s', (_, result) => {
    expect(beginning(JSON.stringify(result))).toBeUndefined();
  });
});
