import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeaderValue, encodeHeaderValue } from '../../src/transport/header-value.js';

describe('the value of a mirrored header', () => {
  // The table of MCP 2026-07-28, Streamable HTTP, "Value Encoding", and what its text adds.
  it.each([
    ['us-west1', 'us-west1'],
    ['us west 1', 'us west 1'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['\tindented', '=?base64?CWluZGVudGVk?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
    ['=?base64?SGVsbG8=', '=?base64?SGVsbG8='],
    ['', '=?base64??='],
  ])('%j goes as %j', (value, sent) => {
    expect(encodeHeaderValue(value)).toBe(sent);
    expect(decodeHeaderValue(sent)).toBe(value);
  });

  it.each([
    '=?base64?SGVsbG8?=',
    '=?base64?SGVs!!!bG8=?=',
    '=?base64?SGVs bG8=?=',
    '=?base64?/w==?=',
    'é',
    'a\x01b',
  ])('refuses %j, as a header may not hold it', (value) => {
    expect(decodeHeaderValue(value)).toBeUndefined();
  });

  it('takes the markers as they are in any other case', () => {
    expect(decodeHeaderValue('=?BASE64?SGVsbG8=?=')).toBe('=?BASE64?SGVsbG8=?=');
  });

  it('brings every text over', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const sent = encodeHeaderValue(value);
        expect(sent).toMatch(/^[\x20-\x7e\t]+$/);
        expect(decodeHeaderValue(sent)).toBe(value);
      }),
    );
  });
});
