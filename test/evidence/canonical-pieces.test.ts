import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { canonicalPieces } from '../../src/evidence/canonical-pieces.js';
import { createRedactor } from '../../src/evidence/redact.js';
import { SecretNames } from '../../src/evidence/secret-names.js';
import { parseExact } from '../../src/jsonrpc/exact-numbers.js';
import { finderFor } from '../../src/jsonrpc/scanned-memory.js';
import { inScannedMemory } from '../jsonrpc/support/in-scanned-memory.js';

const NAMES = ['password', 'api_key', 'token'];
const secrets = new SecretNames(NAMES);
const redact = createRedactor(secrets);

/** The text put together of the pieces of a value that stands somewhere in other bytes. */
function pieced(text: string | Buffer, names = secrets): string | undefined {
  const bytes = Buffer.from(text);
  const framed = Buffer.concat([Buffer.from(' '), bytes, Buffer.from('}')]);
  const joined = (pieces: ReturnType<typeof canonicalPieces>) => pieces?.map(String).join('');
  const walked = joined(canonicalPieces(framed, 1, 1 + bytes.length, names));
  const seen = inScannedMemory(framed, 3);
  const find = finderFor(seen.buffer);
  expect(joined(canonicalPieces(seen, 1, 1 + bytes.length, names, find))).toBe(walked);
  return walked;
}

/** What a record would show, or undefined where it cannot be read. */
function recorded(text: string): string | undefined {
  try {
    return canonicalJson(redact(parseExact(text)));
  } catch {
    return undefined;
  }
}

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'A',
    'é',
    '',
    '1',
    '10',
    '2',
    '__proto__',
    'x"y',
    'my_token',
    'Pass-Word',
  ),
  fc.string({ maxLength: 5 }),
);
const inner = fc.constantFrom(
  '{"token":1}',
  ' {"a":1}',
  '\n["password"]',
  '"{\\"api key\\":\\"1\\"}"',
  '\u000b{"token":1}',
  '\u00a0{"token":1}',
  'the token',
  '{"\\u0074oken":1}',
  `${' '.repeat(70)}{"token":1}`,
  `${'\t'.repeat(70)}{"token":1}`,
);
const number = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.integer(),
  fc.constantFrom(-0, 1e21, 1e-7, 9007199254740992, 123456789012345, 1234567890123456),
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  inner,
  number,
  fc.constantFrom(true, false, null),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(name, tie('any'), { maxKeys: 4 }),
  ),
})).any;

/** One and the same value, spelled in other ways than the canonical. */
const spelling = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.replace(':', ': '),
  (text: string) => text.replace(',', ' ,'),
  (text: string) => text.replaceAll('/', '\\/'),
  (text: string) => text.replace('a', '\\u0061'),
  (text: string) => text.replace('\\n', '\\u000a'),
  (text: string) => text.replace('\\u00', '\\U00'),
  (text: string) => text.replace(/\d/, '0$&'),
  (text: string) => text.replace(/\d(?=[,}\]])/, '$&.0'),
  (text: string) => text.replace(/\d(?=[,}\]])/, '$&e0'),
  (text: string) => text.replace(/"([^"]*)":/, '"$1":1,"$1":'),
  (text: string) => text.replace(/"/, ''),
  (text: string) => text.slice(0, -1),
  (text: string) => `${text}]`,
);

describe('canonicalPieces', () => {
  it('are what a record would show, wherever there are any', () => {
    fc.assert(
      fc.property(value, spelling, fc.boolean(), (any, spell, sorted) => {
        const text = spell(sorted ? canonicalJson(any) : JSON.stringify(any));
        const put = pieced(text);
        if (put !== undefined) expect(put).toBe(recorded(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('are there of what most servers answer', () => {
    const plainName = fc.constantFrom('a', 'b', 'content', 'text', 'type', 'total', 'x.y');
    const plain = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'grapheme' }).map((text) => `it says ${text}`),
        fc.oneof(
          fc.integer(),
          fc.double({ noDefaultInfinity: true, noNaN: true, max: 1e15, min: -1e15 }),
        ),
        fc.constantFrom(true, false, null, '2026-11-20', 'a"\n\u0001', '-'),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(plainName, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(plain, (any) => {
        const text = canonicalJson(any);
        expect(pieced(text)).toBe(text);
        expect(pieced(JSON.stringify(any))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '{"token":1}',
    '{"a":[{"db_password":"x"}]}',
    '{"a":"{\\"token\\":1}"}',
    '["\\n {\\"api-key\\":1}"]',
    '["\\u000b[{\\"token\\":1}]"]',
    `["${' '.repeat(100)}{\\"token\\":1}"]`,
    '["{\\"\\\\u0074oken\\":1}"]',
    '["\\"{\\\\\\"token\\\\\\":1}\\""]',
    '{"tok\\u0065n":1}',
    '{"to\u212aen":1}',
  ])('are not there of %s, in which a secret may stand', (text) => {
    expect(pieced(text)).toBeUndefined();
  });

  it('takes JSON in a string for what it is where the names need escapes', () => {
    const odd = new SecretNames(['é', 'to"ken']);
    expect(pieced('["{\\"a\\":1}"]', odd)).toBeUndefined();
    expect(pieced('["{\\"a\\":1}"]')).toBe('["{\\"a\\":1}"]');
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['half a character', Buffer.from([0x22, 0xc3, 0x22])],
    ['a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['a control character as it is', Buffer.from('"\n"')],
    ['deep nesting', Buffer.from(`${'['.repeat(100)}${']'.repeat(100)}`)],
    ['nothing', Buffer.alloc(0)],
    ['a member twice', Buffer.from('{"b":1,"a":2,"b":3}')],
    ['many objects that are not sorted', Buffer.from(`[${'{"b":1,"a":2},'.repeat(100)}1]`)],
  ])('are not there of %s', (_, bytes) => {
    expect(pieced(bytes)).toBeUndefined();
  });
});
