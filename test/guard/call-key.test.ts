import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../src/evidence/canonical.js';
import { type CallKey, callKey } from '../../src/guard/call-key.js';
import { callHash } from '../../src/guard/identity.js';
import { readClientMessage } from '../../src/jsonrpc/client-message.js';
import { CallRequest } from '../../src/proxy/call-request.js';
import { PLAIN_TOOL } from './support/settings.js';

const canonical = { textOf: canonicalJson, hash: sha256Hex };
const hash = (value: unknown): string => sha256Hex(canonicalJson(value));

/** A call whose arguments came as this text. */
function callOf(args: string, tool: string): CallRequest {
  const params = `{"name":${JSON.stringify(tool)},"arguments":${args}}`;
  const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
  const message = readClientMessage(Buffer.from(text));
  if (message.kind !== 'call') throw new Error(`${text} is no call`);
  return new CallRequest(message, false);
}

function keyOf(args: string, tool = 't', change: object = {}): CallKey {
  return callKey(callOf(args, tool), { ...PLAIN_TOOL, ...change }, hash, canonical);
}

const printOf = ({ high, low }: CallKey): string => `${high} ${low}`;

const anyArgs = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.jsonValue());

it('is the same however the arguments are written, and is hashed to their hash', () => {
  fc.assert(
    fc.property(anyArgs, fc.string({ unit: 'binary' }), (args, tool) => {
      const parsed: Record<string, unknown> = JSON.parse(JSON.stringify(args));
      const backwards = Object.fromEntries(Object.entries(parsed).reverse());
      const key = keyOf(canonicalJson(parsed), tool);
      for (const text of [
        JSON.stringify(parsed),
        JSON.stringify(backwards),
        JSON.stringify(parsed, undefined, ' ').replaceAll('\n', ''),
      ]) {
        const other = keyOf(text, tool);
        expect([other.isSame(key), other.text, printOf(other)]).toEqual([
          true,
          key.text,
          printOf(key),
        ]);
      }
      const { args: exact } = callOf(JSON.stringify(parsed), tool);
      expect(key.hash).toBe(callHash(tool, exact, PLAIN_TOOL, hash));
    }),
  );
});

it('leaves out what is ignored', () => {
  const ignoreArgs = ['stamp'];
  const key = keyOf('{"a":1}');
  expect(keyOf('{"a":1,"stamp":2}', 't', { ignoreArgs }).isSame(key)).toBe(true);
  expect(keyOf('{"a":1,"stamp":2}').isSame(key)).toBe(false);
});

it('is a text where that is short, else a hash', () => {
  expect(keyOf('{"b":1,"a":2}').text).toBe('{"a":2,"b":1} t');
  expect(keyOf(`{"a":"${'x'.repeat(300)}"}`).text).toMatch(/^[0-9a-f]{64} t$/);
});

it('tells other tools and other arguments apart', () => {
  const long = (last: string): string => `{"a":"${'x'.repeat(300)}${last}"}`;
  const keys = [
    ...[keyOf('{}'), keyOf('{}', 'u'), keyOf('{"a":1}'), keyOf('{"a":2}'), keyOf('{"a":"1"}')],
    ...[keyOf('{}', '\ud800'), keyOf('{}', '\ud801'), keyOf('{}', '\ufffd')],
    ...[keyOf(long('1')), keyOf(long('2')), keyOf(long('1'), 'u')],
  ];
  for (const key of keys) expect(keys.filter((other) => other.isSame(key))).toEqual([key]);
  expect(new Set(keys.map(({ text }) => text)).size).toBe(keys.length);
  expect(new Set(keys.map(printOf)).size).toBe(keys.length);
});

it('looks at no arguments whose text is there: to parse them would cost more than the rest', () => {
  const request = {
    tool: 't',
    canonicalArgs: '{"a":1}',
    get args(): never {
      throw new Error('parsed');
    },
  };
  expect(callKey(request, PLAIN_TOOL, hash, canonical).isSame(keyOf('{"a":1}'))).toBe(true);
});
