import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceSpans } from '../../src/jsonrpc/replace-members.js';
import { scanMembers } from '../../src/jsonrpc/scan.js';

describe('replaceSpans', () => {
  it('changes the id of a message and not one other byte', () => {
    const bytes = Buffer.from('{ "n":1.0, "id" : 9007199254740993 ,"é":"\\u00e9"}');
    const spans: { start: number; end: number; text: string }[] = [];
    scanMembers(bytes, 0, ({ keyStart, keyEnd, valueStart, valueEnd }) => {
      if (bytes.toString('utf8', keyStart, keyEnd) !== '"id"') return;
      spans.push({ start: valueStart, end: valueEnd, text: '"c1:é"' });
    });
    expect(replaceSpans(bytes, spans).toString()).toBe('{ "n":1.0, "id" : "c1:é" ,"é":"\\u00e9"}');
  });

  it('puts texts at any places, given in any order', () => {
    const pieces = fc.array(
      fc.record({ kept: fc.string(), cut: fc.string({ minLength: 1 }), text: fc.string() }),
    );
    fc.assert(
      fc.property(pieces, fc.string(), fc.boolean(), (list, rest, backwards) => {
        let source = '';
        const spans = list.map(({ kept, cut, text }) => {
          const start = Buffer.byteLength(source + kept);
          source += kept + cut;
          return { start, end: Buffer.byteLength(source), text };
        });
        const given = backwards ? spans.reverse() : spans;
        expect(replaceSpans(Buffer.from(source + rest), given).toString()).toBe(
          list.map(({ kept, text }) => kept + text).join('') + rest,
        );
      }),
    );
  });

  it('copies nothing where nothing is replaced', () => {
    const bytes = Buffer.from('{}');
    expect(replaceSpans(bytes, [])).toBe(bytes);
  });

  it.each([
    [
      [
        { start: 0, end: 3 },
        { start: 2, end: 4 },
      ],
    ],
    [[{ start: 0, end: 6 }]],
    [[{ start: 3, end: 2 }]],
    [[{ start: -1, end: 2 }]],
  ])('refuses places that overlap or lie outside: %j', (places) => {
    const spans = places.map((place) => ({ ...place, text: 'x' }));
    expect(() => replaceSpans(Buffer.from('12345'), spans)).toThrow(RangeError);
  });
});
