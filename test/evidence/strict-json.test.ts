import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../src/evidence/strict-json.js';

function parse(text: string | Buffer) {
  return parseStrictJson(Buffer.from(text));
}

describe('parseStrictJson', () => {
  it.each([
    ['a pair of escapes', '"\\ud83d\\ude02"', '😂'],
    ['capital digits', '"\\uD83D\\uDE02"', '😂'],
    ['the pair itself', '"😂"', '😂'],
    ['an escaped backslash before u', '"\\\\ud800"', '\\ud800'],
    ['the last of duplicates', '{"a":1,"a":2}', { a: 2 }],
  ])('accepts %s', (_, text, value) => {
    expect(parse(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['half a pair', '["\\ud83d"]', 'unpaired surrogate \\ud83d at line 1, column 3'],
    ['the other half', '"\\uDE02"', 'unpaired'],
    [
      'two high halves',
      '"\\ud83d\\ud83d\\ude02"',
      'unpaired surrogate \\ud83d at line 1, column 2',
    ],
    ['halves apart', '"\\ud83d \\ude02"', 'unpaired'],
    ['after an escaped backslash', '"\\\\\\ud800"', 'unpaired'],
    ['in a name', '{"\\ud800":\n1}', 'unpaired'],
    ['in a member that a duplicate hides', '{"a":"\\ud800",\n"a":1}', 'line 1, column 7'],
    ['a byte order mark', '\ufeff{}', 'byte order mark'],
    ['NaN', '{"a":NaN}', 'is not JSON'],
    ['Infinity', '-Infinity', 'is not JSON'],
    ['nothing', '', 'is not JSON'],
  ])('refuses %s', (_, text, reason) => {
    expect(parse(text)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('refuses bytes that are not UTF-8, surrogates encoded as such included', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
    ]) {
      expect(parse(Buffer.from(bytes))).toMatchObject({ reason: 'is not valid UTF-8' });
    }
  });

  it('gives its reason in one line', () => {
    const parsed = parse('{\n\n"a"\n x}');
    expect(parsed.ok ? '' : parsed.reason).not.toContain('\n');
  });
});
