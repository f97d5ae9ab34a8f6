import fc from 'fast-check';
import { expect, it } from 'vitest';
import { callRecordText, writeCallRecord } from '../../src/evidence/call-record-writer.js';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { JsonWriter } from '../../src/evidence/json-writer.js';
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

function written(record: CallRecord): string {
  const out = new JsonWriter(Buffer.alloc(16));
  writeCallRecord(out, record);
  return out.bytes.toString('utf8', 0, out.length);
}

it('writes every call record as the canonical form has it', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      expect(written(record)).toBe(canonicalJson(record));
    }),
  );
});

it('writes a record that has much of the one before as it is', () => {
  fc.assert(
    fc.property(
      anyRecord,
      fc.infiniteStream(anyRecord),
      fc.infiniteStream(fc.nat()),
      (one, others, picks) => {
        let record = one;
        for (let round = 0; round < 20; round += 1) {
          const [other, pick] = [others.next().value, picks.next().value];
          const members = Object.entries(other);
          const [name, value] = members[pick % members.length] ?? ['lost', undefined];
          record = { ...record, [name]: value };
          expect(written(record)).toBe(canonicalJson(record));
        }
      },
    ),
  );
});

it('writes a result that is canonical already in the bytes that it has', () => {
  fc.assert(
    fc.property(anyRecord, fc.jsonValue(), (record, result) => {
      const bytes = Buffer.from(canonicalJson(result));
      const ready = new ReadyJson([bytes.subarray(0, 1), bytes.toString('utf8', 1)]);
      expect(written({ ...record, result: ready })).toBe(canonicalJson({ ...record, result }));
    }),
  );
});

it('makes one text of a record whose result is one, and of no other', () => {
  fc.assert(
    fc.property(anyRecord, fc.jsonValue(), (record, result) => {
      const text = canonicalJson(result);
      const ready = new ReadyJson([text]);
      expect(callRecordText({ ...record, result: ready })).toBe(
        canonicalJson({ ...record, result }),
      );
      expect(callRecordText({ ...record, result: undefined })).toBe(
        canonicalJson({ ...record, result: undefined }),
      );
      const inPieces = new ReadyJson([Buffer.from(text)]);
      expect(callRecordText({ ...record, result: inPieces })).toBeUndefined();
      expect(callRecordText({ ...record, result: {} })).toBeUndefined();
    }),
  );
});
