import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { type CallMessage, readClientMessage } from '../../src/jsonrpc/client-message.js';
import { readPlainCall } from '../../src/jsonrpc/plain-call.js';

const CALL =
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":1}}}';

function plain(text: string | Buffer): CallMessage | undefined {
  return readPlainCall(Buffer.from(text));
}

/** What the careful reading makes of it: with a space in it, it is not read as a plain call. */
function careful(text: Buffer): unknown {
  return readClientMessage(Buffer.concat([Buffer.from('{ '), text.subarray(1)]));
}

/** Whatever is read as a plain call must be the very call that the careful reading finds. */
function expectAgreement(text: Buffer): void {
  const read = plain(text);
  if (read === undefined) return;
  const { id, tool, args, argsBytes, canonicalArgs, meta } = read;
  expect(read.ambiguousArgs()).toBe(false);
  const expected = careful(text);
  expect(expected).toMatchObject({ kind: 'call', id, tool, args, argsBytes, meta, asTask: false });
  expect(expected).toMatchObject({ round: undefined });
  if (canonicalArgs !== undefined) expect(canonicalArgs).toBe(canonicalJson(args));
}

const anyCall = fc
  .record({
    jsonrpc: fc.constant('2.0'),
    id: fc.oneof(fc.nat(), fc.string()),
    method: fc.constant('tools/call'),
    params: fc.record(
      {
        name: fc.string(),
        arguments: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
        _meta: fc.dictionary(fc.string(), fc.jsonValue()),
      },
      { requiredKeys: ['name'] },
    ),
  })
  .map((call) => Buffer.from(JSON.stringify(call)));

describe('readPlainCall', () => {
  it('reads a call as JSON.stringify writes it', () => {
    expect(plain(CALL)).toMatchObject({
      tool: 'a',
      args: { x: 1 },
      argsBytes: 7,
      canonicalArgs: '{"x":1}',
      id: { raw: '1' },
    });
  });

  it.each([
    ['in another order', '{"y":1,"x":2}'],
    ['with a number that is written in another way', '{"x":1.0}'],
    ['with a negative zero', '{"x":-0}'],
    ['with a small number', '{"x":0.0000001}'],
    ['with an escape that is not needed', '{"x":"\\/"}'],
    ['with a character by its number', '{"x":"\\u0041"}'],
    ['with a name that is not ASCII', '{"é":1}'],
  ])('reads arguments %s, and does not take them for canonical', (_, args) => {
    const read = plain(CALL.replace('{"x":1}', args));
    expect(read?.args).toEqual(JSON.parse(args));
    expect(read?.canonicalArgs).toBeUndefined();
  });

  it.each(['{"x":"é😀"}', '{"x":"\\n\\"\\\\"}', '{"a":{"b":[true,null]},"x":-0.5}'])(
    'takes %s for canonical',
    (args) => {
      expect(plain(CALL.replace('{"x":1}', args))?.canonicalArgs).toBe(args);
    },
  );

  it.each([
    ['a space', CALL.replace(':1,', ': 1,')],
    ['a member twice', CALL.replace('"id":1', '"id":2,"id":1')],
    ['its arguments twice', CALL.replace('"arguments"', '"arguments":{},"arguments"')],
    ['a member twice, inside the arguments', CALL.replace('"x":1', '"x":2,"x":1')],
    ['a member twice, apart', CALL.replace('"x":1', '"x":2,"b":3,"x":1')],
    ['a member twice, inside the meta', CALL.replace('"name"', '"_meta":{"a":1,"a":2},"name"')],
    ['an escaped method', CALL.replace('tools/call', 'tools\\/call')],
    ['an escaped name', CALL.replace('"name":"a"', '"name":"\\u0061"')],
    ['an escaped name of a member', CALL.replace('"x"', '"\\u0078"')],
    ['a number beyond 2^53', CALL.replace('"x":1', '"x":9007199254740993')],
    ['a number with an exponent', CALL.replace('"x":1', '"x":1e400')],
    ['a number with too many zeros', CALL.replace('"x":1', '"x":01')],
    ['an id beyond 2^53', CALL.replace('"id":1', '"id":9007199254740993')],
    ['an id of 1.0', CALL.replace('"id":1', '"id":1.0')],
    ['a name in another case', CALL.replace('"params"', '"Params":{},"params"')],
    ['a name in another case, in params', CALL.replace('"name":"a"', '"Name":"b","name":"a"')],
    ['a further round', CALL.replace('"name"', '"requestState":"s","name"')],
    ['a task', CALL.replace('"name"', '"task":{},"name"')],
    ['no id', CALL.replace('"id":1,', '')],
    ['an id of null', CALL.replace('"id":1', '"id":null')],
    ['no name', CALL.replace('"name":"a",', '')],
    ['no params', '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'],
    ['arguments that are no object', CALL.replace('{"x":1}', '[1]')],
    ['another method', CALL.replace('tools/call', 'tools/list')],
    ['something after it', `${CALL}x`],
    ['a control character in a string', CALL.replace('"x":1', '"x":"\u0001"')],
    ['an escape that JSON does not have', CALL.replace('"x":1', '"x":"\\x"')],
    ['a bad escape by number', CALL.replace('"x":1', '"x":"\\u00g0"')],
    ['a word that JSON does not have', CALL.replace('"x":1', '"x":nul')],
    ['no end', CALL.slice(0, -1)],
    ['a byte order mark', `\ufeff${CALL}`],
  ])('leaves to others what has %s', (_, text) => {
    expect(plain(text)).toBeUndefined();
  });

  it('leaves to others what is not UTF-8', () => {
    const [head, tail] = CALL.split('1}}}');
    const bytes = [Buffer.from(`${head}"`), Buffer.of(0xc3, 0x28), Buffer.from(`"}}}${tail}`)];
    expect(plain(Buffer.concat(bytes))).toBeUndefined();
  });

  it('leaves to others what is nested deeply', () => {
    expect(
      plain(CALL.replace('"x":1', `"x":${'['.repeat(100)}${']'.repeat(100)}`)),
    ).toBeUndefined();
  });

  it('says of every call what the careful reading says', () => {
    fc.assert(fc.property(anyCall, expectAgreement));
  });

  it('is read the same among others, whatever they hold', () => {
    const parts = ['"id":1', '"params":{', '"', '\\', '}', '}}', ',', ' ', '1', '\n', `${CALL}\n`];
    const others = fc
      .array(fc.constantFrom(...parts), { maxLength: 6 })
      .map((some) => Buffer.from(some.join('')));
    const line = fc
      .tuple(fc.oneof(anyCall, fc.constant(Buffer.from(CALL))), fc.nat(), fc.boolean())
      .map(([call, at, isCut]) => (isCut ? call.subarray(0, at % (call.length + 1)) : call))
      .map((text) => Buffer.concat([text, Buffer.from('\n')]));
    fc.assert(
      fc.property(others, line, others, (before, text, after) => {
        const bytes = Buffer.concat([before, text, after]);
        const among = readPlainCall(bytes, before.length, before.length + text.length);
        const alone = readPlainCall(text);
        expect(among).toEqual(alone);
        expect(among?.args).toEqual(alone?.args);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says of every text what the careful reading says, however it was damaged', () => {
    const signs = Buffer.from('{}[]",:\\u0019.-eE+ tfnNaé\n');
    const damage = fc.array(
      fc.record({ at: fc.nat(), sign: fc.constantFrom(...signs), kind: fc.nat(2) }),
      { minLength: 1, maxLength: 3 },
    );
    const known = Buffer.from(
      CALL.replace('"x":1', '"x":10.25,"y":[{"b":"\\n"},{}],"z":{"a":null,"c":-1}'),
    );
    fc.assert(
      fc.property(fc.oneof(anyCall, fc.constant(known)), damage, (text, marks) => {
        let bytes = text;
        for (const { at, sign, kind } of marks) {
          const place = at % bytes.length;
          const rest = bytes.subarray(place + (kind === 0 ? 0 : 1));
          const put = kind === 2 ? Buffer.alloc(0) : Buffer.of(sign);
          bytes = Buffer.concat([bytes.subarray(0, place), put, rest]);
        }
        if (bytes[0] === 0x7b) expectAgreement(bytes);
      }),
      { numRuns: 3_000 },
    );
  });
});
