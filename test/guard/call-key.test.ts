import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../src/evidence/canonical.js';
import { callKey, hashOfKey } from '../../src/guard/call-key.js';
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

function keyOf(args: string, tool = 't', change: object = {}): string {
  return callKey(callOf(args, tool), { ...PLAIN_TOOL, ...change }, hash, canonical);
}

const anyArgs = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.jsonValue());

it('is the same however the arguments are written, and is hashed to their hash', () => {
  fc.assert(
    fc.property(anyArgs, fc.string(), (args, tool) => {
      const parsed: Record<string, unknown> = JSON.parse(JSON.stringify(args));
      const backwards = Object.fromEntries(Object.entries(parsed).reverse());
      const key = keyOf(canonicalJson(parsed), tool);
      expect(keyOf(JSON.stringify(parsed), tool)).toBe(key);
      expect(keyOf(JSON.stringify(backwards), tool)).toBe(key);
      expect(keyOf(JSON.stringify(parsed, undefined, ' ').replaceAll('\n', ''), tool)).toBe(key);
      const { args: exact } = callOf(JSON.stringify(parsed), tool);
      expect(hashOfKey(key, canonical)).toBe(callHash(tool, exact, PLAIN_TOOL, hash));
    }),
  );
});

it('leaves out what is ignored', () => {
  const ignoreArgs = ['stamp'];
  const key = keyOf('{"a":1}');
  expect(keyOf('{"a":1,"stamp":2}', 't', { ignoreArgs })).toBe(key);
  expect(keyOf('{"a":1,"stamp":2}')).not.toBe(key);
});

it('is a text where that is short, else a hash', () => {
  expect(keyOf('{"b":1,"a":2}')).toBe('{"arguments":{"a":2,"b":1},"tool":"t"}');
  expect(keyOf(`{"a":"${'x'.repeat(300)}"}`)).toMatch(/^[0-9a-f]{64}$/);
});
