import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeCallRecord } from '../../src/evidence/call-record-writer.js';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { JsonWriter } from '../../src/evidence/json-writer.js';
import { ReadyJson } from '../../src/evidence/ready-json.js';
import { SecretNames } from '../../src/evidence/secret-names.js';
import type { CallRecord } from '../../src/evidence/trace-payload.js';
import { readServerMessage } from '../../src/jsonrpc/server-message.js';
import { sha256 } from '../../src/proxy/answer-digest.js';
import { hashAnswer } from '../../src/proxy/answer-hash.js';
import { type CallFacts, CallRecords } from '../../src/proxy/call-records.js';
import { answerOf } from '../../src/simulation/recorded-call.js';
import { bytesOf, readingsOf } from '../simulation/support/samples.js';

const records = new CallRecords({
  capture: 'full',
  secrets: new SecretNames(['password', 'api_key', 'token']),
  hints: () => ({ readOnly: false, destructive: false }),
});

const message = { id: { raw: '1', key: 1 }, tool: 't' };
const name = fc.oneof(
  fc.constantFrom('password', 'db.password', 'API-Key', 'accessToken', 'tokens', 'x'),
  fc.stringMatching(/^[a-z]{0,3}$/),
);
const tree = fc.letrec((tie) => ({
  value: fc.oneof(fc.jsonValue({ maxDepth: 1 }), tie('object'), tie('text')),
  object: fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  text: tie('object').map((inner) => JSON.stringify(inner)),
}));

it('arguments whose text is at hand are shown as those that are not', () => {
  fc.assert(
    fc.property(fc.dictionary(name, tree.value), (any) => {
      const args: Record<string, unknown> = JSON.parse(JSON.stringify(any));
      const canonicalArgs = canonicalJson(args);
      const fromText = records.argsOf({ ...message, args: undefined, canonicalArgs });
      const fromValues = records.argsOf({ ...message, args, canonicalArgs: undefined });
      expect(canonicalJson(fromText)).toBe(canonicalJson(fromValues));
    }),
    { numRuns: 1_000 },
  );
});

it('arguments are written as they came where they name no secret', () => {
  const argsOf = (canonicalArgs: string): unknown =>
    records.argsOf({ ...message, args: undefined, canonicalArgs });
  expect(argsOf('{"query":"lamp"}')).toEqual(new ReadyJson(['{"query":"lamp"}']));
  expect(argsOf('{"password":"x"}')).toEqual({ password: '[redacted]' });
});

const LONG = `"${'a'.repeat(5_000)}"`;
const blockAsSent = (text: string): string => `"content":[{"type":"text","text":${text}}]`;
const block = (text: string): string => `"content":[{"text":${text},"type":"text"}]`;

it.each([
  ['in order', `"result":{${block(LONG)}}`, 'left out'],
  ['that is no tool result', `"result":{"10":${LONG},"9":1.5,"b":null}`, 'left out'],
  ['with an error', `"result":{${block(LONG)}},"error":{"code":-1,"message":"m"}`, 'left out'],
  ['that is an error', `"error":{"code":-1,"message":${LONG}}`, 'written'],
  ['that is short', `"result":{${block('"a"')}}`, 'written'],
  [
    'that is short, with an escape that need not be one',
    `"result":{${blockAsSent('"\\/a"')}}`,
    'written',
  ],
  ['with white space', `"result":{ ${block(LONG)}}`, 'written'],
  ['with a secret', `"result":{"content":[],"password":${LONG}}`, 'written'],
])('a simulation finds the hash of an answer %s', async (_, members, hash) => {
  const { record, asItCame } = recorded(members);
  expect(record.resultHash === undefined ? 'left out' : 'written').toBe(hash);
  expect(await simulated(record)).toBe(asItCame);
});

const OTHER = `"${'a'.repeat(4_999)}b"`;

it.each([
  ['in the order of most servers', `"result":{${blockAsSent(LONG)}}`, LONG],
  ['with what may change', `"result":{${blockAsSent(LONG)},"_meta":{"at":1}}`, LONG],
  ['with what has changed', `"result":{"_meta":{"at":2},${blockAsSent(LONG)}}`, LONG],
  ['short ones with what may change', `"result":{${blockAsSent('"a"')},"_meta":{"at":1}}`, '"a"'],
  ['short ones', `"result":{${blockAsSent('"a"')}}`, '"a"'],
])('a simulation tells answers apart without their hashes: %s', async (_, members, text) => {
  const { record } = recorded(members);
  expect(record.resultHash).toBeUndefined();
  const plain = recorded(`"result":{${blockAsSent(text)}}`);
  expect(await simulated(record)).toBe(await simulated(plain.record));
  const other = recorded(members.replace(text, OTHER));
  expect(await simulated(other.record)).not.toBe(await simulated(record));
});

function recorded(members: string): { record: CallRecord; asItCame: string } {
  const message = readServerMessage(Buffer.from(`{"jsonrpc":"2.0","id":1,${members}}`));
  if (message.kind !== 'answer') throw new Error(`read as ${message.kind}`);
  const facts: CallFacts = {
    message: { id: message.id, tool: 't', args: undefined, canonicalArgs: '{}' },
    runId: 'run-1',
    argsHash: 'a'.repeat(64),
    arrivedAt: 0,
    decision: { action: 'allow' },
    outcome: message.error === undefined ? 'success' : 'failure',
    cost: 0,
    answer: message,
  };
  return { record: records.of(facts, 1), asItCame: hashAnswer(message, sha256) };
}

/** By which hash a simulation knows the answer in this record. */
async function simulated(record: CallRecord): Promise<string | undefined> {
  const out = new JsonWriter(Buffer.alloc(16));
  writeCallRecord(out, record);
  const line = `{"payload":${out.bytes.toString('utf8', 0, out.length)}}`;
  const [reading] = await readingsOf(bytesOf(line));
  if (reading?.kind !== 'call') throw new Error(`not a call: ${line.slice(0, 200)}`);
  return answerOf(reading.call);
}
