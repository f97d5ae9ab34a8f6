import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { createRedactor } from '../../src/evidence/redact.js';
import { SecretNames } from '../../src/evidence/secret-names.js';
import { parseExact } from '../../src/jsonrpc/exact-numbers.js';
import { TextResults } from '../../src/proxy/text-result.js';
import { inScannedMemory } from '../jsonrpc/support/in-scanned-memory.js';

const secrets = new SecretNames(['password', 'token']);
const redact = createRedactor(secrets);

/** As it is read somewhere in other bytes, which WebAssembly sees or not. */
function read(result: string | Buffer, names = secrets): string | undefined {
  const texts = new TextResults(names);
  const bytes = Buffer.from(result);
  const framed = Buffer.concat([Buffer.from(' '), bytes, Buffer.from('}')]);
  const seen = inScannedMemory(framed, 3);
  const pieces = texts.canonical(seen, 1, 1 + bytes.length);
  const unseen = texts.canonical(framed, 1, 1 + bytes.length);
  const joined = pieces?.map(String).join('');
  if (unseen !== undefined) expect(unseen.join('')).toBe(joined);
  return joined;
}

const sent = (text: string, more = ''): string =>
  `{"content":[{"type":"text","text":${text}}]${more}}`;

describe('a result of one text', () => {
  const words = fc.array(
    fc.constantFrom('a', ' ', '{', '[', '"', '\\', '\n', '\u0001', 'é', '"token":1', '}]}'),
    {
      maxLength: 30,
    },
  );
  const spelling = fc.constantFrom(
    (text: string) => text,
    (text: string) => text.replace('b', '\\u0061'),
    (text: string) => text.replace('\\n', '\\u000a'),
  );

  it('is what a record would show, wherever it is read', () => {
    let times = 0;
    const begin = fc.constantFrom('a', 'b', '', ' {"token":1}');
    const repeats = fc.constantFrom(1, 60);
    const more = fc.constantFrom('', ',"isError":false', ',"isError":true', ',"a":1');
    fc.assert(
      fc.property(begin, words, repeats, spelling, more, (first, some, repeat, spell, rest) => {
        const text = spell(JSON.stringify(`${first}${some.join('').repeat(repeat)}`));
        const result = read(sent(text, rest));
        if (result === undefined) return;
        times += 1;
        expect(result).toBe(canonicalJson(redact(parseExact(sent(text, rest)))));
      }),
      { numRuns: 2_000 },
    );
    expect(times).toBeGreaterThan(100);
  });

  it.each([
    ['short', 'found "it"\n'],
    ['long', 'found "it"\n'.repeat(1_000)],
    ['long and not ASCII', 'gefunden: ä\n'.repeat(1_000)],
  ])('is read where it is %s', (_, text) => {
    const asText = JSON.stringify(text);
    expect(read(sent(asText))).toBe(`{"content":[{"text":${asText},"type":"text"}]}`);
    expect(read(sent(asText, ',"isError":false'))).toBe(
      `{"content":[{"text":${asText},"type":"text"}],"isError":false}`,
    );
  });
});

describe('is left to others', () => {
  it.each([
    ['a text that may hold JSON', sent('"[1]"')],
    ['an empty text', sent('""')],
    ['two texts', '{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}'],
    ['a block of another kind', sent('"a"').replace('"type":"text"', '"type":"data"')],
    ['white space', sent('"a"').replace(':', ': ')],
    ['a failure', sent('"a"', ',"isError":true')],
    ['what is no object', '"a"'],
  ])('%s', (_, result) => {
    expect(read(result)).toBeUndefined();
  });

  it('a long text that is no UTF-8', () => {
    const broken = Buffer.from(sent(`"${'a'.repeat(1_000)}\u00ff"`), 'latin1');
    expect(read(broken)).toBeUndefined();
  });

  it.each(['text', 'content', 'type', 'is_error'])('all of them where %s is a secret', (name) => {
    expect(read(sent('"a"'), new SecretNames([name]))).toBeUndefined();
    expect(read(sent('"a"'))).toBeDefined();
  });
});
