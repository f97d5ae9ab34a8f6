import { describe, expect, it } from 'vitest';
import { readId, roundedKey } from '../../src/jsonrpc/id.js';

describe('readId', () => {
  it.each(['0', '-1', '1.5', '1e2', '9007199254740993', '""', '"1"', '"\\u0061"'])(
    'keeps %s as it was written',
    (raw) => {
      expect(readId(raw)?.raw).toBe(raw);
    },
  );

  it.each([
    '',
    'null',
    'true',
    '{}',
    '[1]',
    '"a',
    '"\\x"',
    '+1',
    '.5',
    'NaN',
    '-',
    '01',
    '0x1',
    '1-2',
    '1 ',
  ])('%j is none', (raw) => {
    expect(readId(raw)).toBeUndefined();
  });

  it.each([
    ['1', '1.0'],
    ['100', '1e2'],
    ['0', '-0'],
    ['9007199254740992', '9007199254740992.0'],
    ['9007199254740992', '9.007199254740992E15'],
    ['-1e21', '-1.0e21'],
    ['"a"', '"\\u0061"'],
    ['"/"', '"\\/"'],
  ])('takes %s and %s for one', (one, other) => {
    expect(readId(one)?.key).toBe(readId(other)?.key);
  });

  it.each([
    ['1', '"1"'],
    ['9007199254740993', '9007199254740992'],
    ['18446744073709551615', '18446744073709551614'],
    [`1${'0'.repeat(310)}`, `2${'0'.repeat(310)}`],
    ['-9007199254740993', '9007199254740993'],
    ['""', '0'],
    ['"n1"', '1'],
  ])('tells %s and %s apart', (one, other) => {
    expect(readId(one)?.key).not.toBe(readId(other)?.key);
  });
});

describe('roundedKey', () => {
  it.each([
    ['9007199254740993', '9007199254740992'],
    ['9007199254740993', '9.007199254740992E15'],
    ['-9007199254740993', '-9007199254740992.0'],
    ['1234567890123456789', '1.2345678901234568E18'],
    ['1000000000000000000001', '1e+21'],
    ['1.5', '15e-1'],
    ['1', '1'],
    ['"9007199254740993"', '"9007199254740993"'],
    ['55291930161817345', '55291930161817344'],
    ['55291930161817345', '5.529193016181734e16'],
    ['1e21', '1000000000000000000000'],
  ])('of %s is that of what a double makes of it: %s', (sent, written) => {
    const [id, back] = [readId(sent), readId(written)];
    expect(id && roundedKey(id)).toBe(back && roundedKey(back));
  });
});
