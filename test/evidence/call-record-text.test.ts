import fc from 'fast-check';
import { expect, it } from 'vitest';
import { callRecordText } from '../../src/evidence/call-record-text.js';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { ReadyJson } from '../../src/evidence/ready-json.js';
import { CALL_OUTCOMES, type CallRecord } from '../../src/evidence/trace-payload.js';

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const anyRecord: fc.Arbitrary<CallRecord> = fc.record({
  kind: fc.constant('call' as const),
  timestamp: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  lost: maybe(fc.nat()),
  runId: fc.string(),
  tool: fc.string({ unit: 'binary' }),
  callId: fc.string(),
  argsHash: hash,
  resultHash: maybe(hash),
  args: maybe(fc.dictionary(fc.string(), fc.jsonValue())),
  result: maybe(fc.jsonValue()),
  error: maybe(fc.jsonValue()),
  hints: maybe(fc.record({ readOnly: fc.boolean(), destructive: fc.boolean() })),
  cost: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
  estimate: maybe(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 })),
  sideEffect: maybe(fc.boolean()),
  duration_ms: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
  decision: fc.record({ action: fc.constant('allow' as const), reason: maybe(fc.string()) }),
  outcome: fc.constantFrom(...CALL_OUTCOMES),
  errorClass: maybe(fc.string()),
});

it('writes every call record as the canonical form has it', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      expect(callRecordText(record)).toBe(canonicalJson(record));
    }),
  );
});

it('writes a result that is canonical already in the bytes that it has', () => {
  fc.assert(
    fc.property(anyRecord, fc.jsonValue(), (record, result) => {
      const bytes = Buffer.from(canonicalJson(result));
      const pieces = callRecordText({ ...record, result: new ReadyJson([bytes]) });
      expect(pieces).toContain(bytes);
      const text = typeof pieces === 'string' ? pieces : pieces.map(String).join('');
      expect(text).toBe(canonicalJson({ ...record, result }));
    }),
  );
});
