import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SchemaVersion } from '../../src/evidence/trip-log-schema.js';
import { validateTripLog, validateTripLogBytes } from '../../src/evidence/trip-log-validate.js';

const cases: { name: string; v1: string; v2: string; expected: string; file: string }[] =
  JSON.parse(readFileSync(new URL('../../fixtures/trip-log-cases.json', import.meta.url), 'utf8'));

const good = {
  tripId: 'fg_00c0ffee0123',
  reason: 'loop_detected',
  createdAt: 'x',
  calls: [{ step: 1, tool: 't', argsHash: '12345678' }],
};

function pointers(change: Record<string, unknown>, schema: SchemaVersion = 'v2'): string[] {
  return validateTripLog({ ...good, ...change }, schema).map(({ pointer }) => pointer);
}

function callPointers(change: Record<string, unknown>, schema: SchemaVersion = 'v2'): string[] {
  return pointers({ calls: [{ step: 1, tool: 't', argsHash: '12345678', ...change }] }, schema);
}

describe('trip-log-cases.json', () => {
  it('is all there', () => {
    expect(cases).toHaveLength(30);
  });

  it.each(cases)('$name', ({ v1, v2, expected, file }) => {
    const valid = (schema: SchemaVersion) =>
      validateTripLogBytes(Buffer.from(file), schema).length === 0;
    expect(valid('v1')).toBe(v1 === 'valid');
    expect(valid('v2')).toBe(v2 === 'valid');
    expect(valid('v2')).toBe(expected === 'valid');
  });
});

describe('validateTripLog', () => {
  it('names every violation by a JSON Pointer', () => {
    const value = {
      tripId: 'x',
      reason: 'y',
      createdAt: 1,
      calls: [{ step: 0 }, 'no'],
      'a/b~c': 1,
    };
    expect(validateTripLog(value, 'v1')).toEqual([
      {
        pointer: '/tripId',
        message: 'must be "fg_" and 12 lower-case hex digits, found string "x"',
      },
      {
        pointer: '/reason',
        message:
          'must be one of loop_detected, budget_exceeded, contract_drift_blocked, found string "y"',
      },
      { pointer: '/createdAt', message: 'must be a string, found number 1' },
      { pointer: '/calls/0/tool', message: 'is required, but missing' },
      { pointer: '/calls/0/argsHash', message: 'is required, but missing' },
      { pointer: '/calls/0/step', message: 'must be an integer of at least 1, found number 0' },
      { pointer: '/calls/1', message: 'must be an object, found string "no"' },
      { pointer: '/a~1b~0c', message: 'is not a member of this schema, found number 1' },
    ]);
  });

  it.each([42, null, 'x', [], [good]])('the whole must be an object: %j', (value) => {
    expect(validateTripLog(value, 'v2')).toMatchObject([{ pointer: '' }]);
  });

  it('tripId has exactly 12 digits and no line end', () => {
    for (const tripId of [
      'fg_00c0ffee0123\n',
      'fg_00c0ffee012',
      'fg_00c0ffee01234',
      'FG_00c0ffee0123',
    ]) {
      expect(pointers({ tripId })).toEqual(['/tripId']);
    }
  });

  it('lengths count code points', () => {
    expect(callPointers({ argsHash: '😂'.repeat(8) })).toEqual([]);
    expect(callPointers({ argsHash: '😂'.repeat(7) })).toEqual(['/calls/0/argsHash']);
    expect(callPointers({ argsHash: '1234567' })).toEqual(['/calls/0/argsHash']);
    expect(callPointers({ tool: '' })).toEqual(['/calls/0/tool']);
  });

  it('1.0 is an integer, a boolean, a fraction and an overflow are not', () => {
    const file = (step: string) =>
      `{"tripId":"fg_00c0ffee0123","reason":"loop_detected","createdAt":"","calls":[{"step":${step},"tool":"t","argsHash":"12345678"}]}`;
    for (const step of ['1.0', '1e0', '9007199254740993']) {
      expect(validateTripLogBytes(Buffer.from(file(step)), 'v1')).toEqual([]);
    }
    for (const step of ['true', '1.5', '0', '-1', '1e400', '"1"', 'null']) {
      expect(validateTripLogBytes(Buffer.from(file(step)), 'v1')).toMatchObject([
        { pointer: '/calls/0/step' },
      ]);
    }
  });

  it('null is accepted where the table says so, and nowhere else', () => {
    expect(pointers({ toolName: null, watchId: null })).toEqual([]);
    expect(callPointers({ statusCode: null, errorClass: null })).toEqual([]);
    for (const name of ['agentAction', 'metadata', 'runId', 'policyRuleIds', 'evalTrace']) {
      expect(pointers({ [name]: null })).toEqual([`/${name}`]);
    }
  });

  it('v2 members are checked under v2 and unknown under v1', () => {
    const evalTrace = [{ ruleId: 'r', matched: true, action: 'deny', detail: 'd' }];
    expect(pointers({ evalTrace, policyRuleIds: ['a'] })).toEqual([]);
    expect(pointers({ evalTrace, policyRuleIds: ['a'] }, 'v1')).toEqual([
      '/evalTrace',
      '/policyRuleIds',
    ]);
    expect(pointers({ evalTrace: [{ matched: 1 }], policyRuleIds: ['a', 1] })).toEqual([
      '/evalTrace/0/ruleId',
      '/evalTrace/0/action',
      '/evalTrace/0/matched',
      '/policyRuleIds/1',
    ]);
  });

  it('unknown members: refused by v1 at the top and in calls, never in metadata', () => {
    expect(pointers({ vendor: 1 }, 'v1')).toEqual(['/vendor']);
    expect(callPointers({ ms: 1 }, 'v1')).toEqual(['/calls/0/ms']);
    expect(pointers({ metadata: { anything: [null] } }, 'v1')).toEqual([]);
    expect(pointers({ vendor: 1 })).toEqual([]);
    expect(callPointers({ ms: 1 })).toEqual([]);
    expect(validateTripLog(JSON.parse('{"__proto__":{"tripId":"x"}}'), 'v1')).toHaveLength(5);
  });

  it('names of Object.prototype are no members', () => {
    expect(pointers({ constructor: 1, toString: 2 }, 'v1')).toEqual(['/constructor', '/toString']);
    expect(pointers({ constructor: 1, toString: 2 })).toEqual([]);
  });

  it('a long or deep value is described in few words', () => {
    const message = validateTripLog({ ...good, reason: 'x'.repeat(10_000) }, 'v2')[0]?.message;
    expect(message?.length).toBeLessThan(400);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(pointers({ metadata: { deep: JSON.parse(deep) } })).toEqual([]);
    expect(pointers({ agentAction: JSON.parse(deep) })).toEqual(['/agentAction']);
  });
});
