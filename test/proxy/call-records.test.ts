import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { ReadyJson } from '../../src/evidence/ready-json.js';
import { SecretNames } from '../../src/evidence/secret-names.js';
import { CallRecords } from '../../src/proxy/call-records.js';

const records = new CallRecords({
  capture: 'full',
  secrets: new SecretNames(['password', 'api_key', 'token']),
  hints: () => ({ readOnly: false, destructive: false }),
});

const message = { id: { raw: '1', key: 'n1' }, tool: 't' };
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
