import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { keyLines } from '../../src/config/key-lines.js';

/** Each key to be found holds the number of its own line as value; everything else is there to mislead. */
const NASTY = `\uFEFF# a = 1, [not.a.table]
a = 2 # b = 99
"quoted # key" = 3
'literal "key"' = 4
"esc\\u0061ped\\tkey" = 5
dotted . "in.ner" . x = 6
text = """
[decoy]
a = 99
\\""" still = "text"
quotes at the end"""""
after_text = 12
literal = '''
[decoy]
it's ''tricky'' \\'''
after_literal = 16
short = "a # b \\" = [ \\\\" # c
path = 'C:\\'
after_short = 19
numbers = [
  1, # [decoy]
  [2, "], ["], { deep = 22,
    deeper.still = 23 },
]
inline = { x = 25, "y z" = { w = 25 }, list = [
  { v = 26 } ] }
when = 1979-05-27 07:32:00Z # x = 1
[table.'sub table'] # [decoy]
x = 29
  [ spaced . "out" ]
    indented = 31
[[array]]
x = 33
[array.sub]
x = 35
[[array]]
x = 37
[[array.nested]]
x = 39
[[array.nested]]
x = 41
["__proto__"]
constructor = 43
[empty]
[last]
"" = 46`;

function* numbersIn(value: unknown, path: (string | number)[]): Generator<[typeof path, number]> {
  if (typeof value === 'number' && value > 2) yield [path, value];
  else if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) yield* numbersIn(entry, [...path, index]);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    for (const [name, entry] of Object.entries(value)) yield* numbersIn(entry, [...path, name]);
  }
}

describe('keyLines', () => {
  it.each([
    ['line feeds', NASTY],
    ['carriage returns too', NASTY.replaceAll('\n', '\r\n')],
  ])('finds every key of a nasty file with %s', (_name, text) => {
    const lineOf = keyLines(text);
    const expected = [...numbersIn(parse(text), [])];
    expect(expected).toHaveLength(21);
    for (const [path, line] of expected) expect([path, lineOf(path)]).toEqual([path, line]);
  });

  it('finds keys without a number of their own', () => {
    const lineOf = keyLines(NASTY);
    expect(lineOf(['a'])).toBe(2);
    expect(lineOf(['numbers'])).toBe(20);
    expect(lineOf(['numbers', 0])).toBe(21);
    expect(lineOf(['numbers', 1, 1])).toBe(22);
    expect(lineOf(['when'])).toBe(27);
    expect(lineOf(['table'])).toBe(28);
    expect(lineOf(['array'])).toBe(32);
    expect(lineOf(['array', 1])).toBe(36);
    expect(lineOf(['empty'])).toBe(44);
    expect(lineOf(['decoy'])).toBeUndefined();
  });

  it('gives the nearest parent of what is not written', () => {
    const lineOf = keyLines(NASTY);
    expect(lineOf(['last', 'missing', 'deeper'])).toBe(45);
    expect(lineOf(['missing'])).toBeUndefined();
    expect(lineOf([])).toBeUndefined();
  });

  it('ends on an empty text', () => {
    expect(keyLines('')(['a'])).toBeUndefined();
    expect(keyLines('# only')(['a'])).toBeUndefined();
  });

  it('is not moved by any string before the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(3), (content, kind) => {
        const basic = JSON.stringify(content).replaceAll('\u007f', '\\u007F');
        const long = content.replace(/[\p{Cc}\\]/gu, '\n').replaceAll('"', "'");
        const quoted = [basic, `"""${long}"""`, `["x", ${basic}]`, `{ ${basic} = ${basic} }`][kind];
        const text = `first = ${quoted}\nwanted = 1`;
        fc.pre(Object.hasOwn(parse(text), 'wanted'));
        expect(keyLines(text)(['wanted'])).toBe(text.split('\n').length);
      }),
    );
  });
});
