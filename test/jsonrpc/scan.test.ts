import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  keyText,
  type Member,
  parseString,
  scanElements,
  scanMembers,
  skipValue,
  valueText,
} from '../../src/jsonrpc/scan.js';
import { skipSpace } from '../../src/jsonrpc/scan-scalar.js';
import { arrayText, damaged, jsonText, objectText, stringText } from './support/json-text.js';

const RUNS = { numRuns: 2_000 };

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether `scan` takes the whole text for one JSON value. */
function accepts(bytes: Buffer): boolean {
  const end = skipValue(bytes, skipSpace(bytes, 0));
  return end !== -1 && skipSpace(bytes, end) === bytes.length;
}

/** The text with nothing in its strings: what is documented not to be looked at. One character is one byte. */
function withEmptyStrings(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/"(?:[^"\\]|\\[\s\S])*"/g, '""');
}

function membersOf(bytes: Buffer): { end: number; members: Member[] } {
  const members: Member[] = [];
  const end = scanMembers(bytes, skipSpace(bytes, 0), (member) => members.push(member));
  return { end, members };
}

describe('skipValue', () => {
  it('takes what JSON.parse takes', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(parses(text)).toBe(true);
        expect(accepts(Buffer.from(text))).toBe(true);
      }),
      RUNS,
    );
  });

  it('agrees with JSON.parse about damaged text, apart from what stands in strings', () => {
    fc.assert(
      fc.property(damaged(jsonText), (bytes) => {
        expect(accepts(bytes)).toBe(parses(withEmptyStrings(bytes)));
      }),
      { numRuns: 10_000 },
    );
  });

  it('agrees with JSON.parse about any short text of its own characters', () => {
    const characters = fc.constantFrom(...'{}[]",:\\ \n01.e+-truefalsn');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 8 }), (text) => {
        const bytes = Buffer.from(text);
        expect(accepts(bytes)).toBe(parses(withEmptyStrings(bytes)));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each(['', '01', '1.', '.5', '-', '1e', '1e+', '+1', 'nul', 'truee', '{,}', '[1,]', '{"a"}'])(
    'does not take %j',
    (text) => {
      expect(accepts(Buffer.from(text))).toBe(false);
    },
  );

  it('does not look into strings: control characters and bad escapes pass', () => {
    expect(accepts(Buffer.from('"a\tb\\x"'))).toBe(true);
  });

  it.each([30, 31, 32, 33, 34, 64, 65, 66])(
    'finds the end of a string whose quotes are escaped around byte %i',
    (length) => {
      for (const backslashes of [1, 2, 3, 4]) {
        const text = `"${'x'.repeat(length)}${'\\'.repeat(backslashes)}"`;
        expect(accepts(Buffer.from(text))).toBe(backslashes % 2 === 0);
        expect(accepts(Buffer.from(`${text}"`))).toBe(backslashes % 2 === 1);
      }
    },
  );

  it('takes nesting that would overflow a stack', () => {
    const depth = 200_000;
    expect(accepts(Buffer.from('['.repeat(depth) + ']'.repeat(depth)))).toBe(true);
    expect(accepts(Buffer.from(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`))).toBe(true);
    expect(accepts(Buffer.from('['.repeat(depth) + ']'.repeat(depth - 1)))).toBe(false);
  });
});

describe('scanMembers', () => {
  it('cuts out of an object exactly what JSON.parse would give', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const bytes = Buffer.from(text);
        const { end, members } = membersOf(bytes);
        expect(end).toBe(bytes.length);
        const entries = members.map((member): [string, unknown] => {
          const value = valueText(bytes, member);
          expect(value).toBe(value.trim());
          return [keyText(bytes, member.keyStart, member.keyEnd), JSON.parse(value)];
        });
        expect(JSON.stringify(Object.fromEntries(entries))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      RUNS,
    );
  });

  it('finds the same when a value is walked by the caller', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const bytes = Buffer.from(text);
        const walked: Member[] = [];
        const end = scanMembers(
          bytes,
          0,
          (member) => walked.push(member),
          (_keyStart, _keyEnd, valueStart) =>
            bytes[valueStart] === 0x7b ? scanMembers(bytes, valueStart, () => {}) : undefined,
        );
        expect({ end, members: walked }).toEqual(membersOf(bytes));
      }),
    );
  });

  it('takes no damaged object that skipValue does not take', () => {
    fc.assert(
      fc.property(damaged(objectText), (bytes) => {
        const at = skipSpace(bytes, 0);
        const end = bytes[at] === 0x7b ? skipValue(bytes, at) : -1;
        expect(membersOf(bytes).end).toBe(end);
      }),
      RUNS,
    );
  });
});

describe('scanElements', () => {
  it('cuts an array into exactly the elements that JSON.parse would give', () => {
    fc.assert(
      fc.property(arrayText, (text) => {
        const bytes = Buffer.from(text);
        const elements = scanElements(bytes, 0)?.map(({ start, end }): unknown =>
          JSON.parse(bytes.toString('utf8', start, end)),
        );
        expect(JSON.stringify(elements)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      RUNS,
    );
  });

  it('takes no damaged array, nor one with anything behind it', () => {
    fc.assert(
      fc.property(damaged(arrayText), (bytes) => {
        const at = skipSpace(bytes, 0);
        const isArray = bytes[at] === 0x5b && parses(withEmptyStrings(bytes));
        expect(scanElements(bytes, at) !== undefined).toBe(isArray);
      }),
      RUNS,
    );
  });
});

describe('strings', () => {
  it('are read as JSON.parse reads them', () => {
    fc.assert(
      fc.property(stringText, (text) => {
        const bytes = Buffer.from(text);
        expect(keyText(bytes, 0, bytes.length)).toBe(JSON.parse(text));
        expect(parseString(text)).toBe(JSON.parse(text));
      }),
      RUNS,
    );
  });

  it.each(['1', 'null', '"a', '"\\x"', ''])('%j is none', (text) => {
    expect(parseString(text)).toBeUndefined();
  });
});
