import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duplicateMember } from '../../src/evidence/duplicate-member.js';

it.each([
  ['{"a":1,"b":2,"a":3}', 'a'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['[{"x":{"y":[{},{"z":1,"z":2}]}}]', 'z'],
  ['{"a":{"b":1},"c":[1,"c"],"a":0}', 'a'],
  ['{"":1,"":2}', ''],
])('finds it in %s', (text, name) => {
  expect(duplicateMember(text)).toBe(name);
});

it.each([
  '{"a":"a","b":"a"}',
  '{"a":{"a":{"a":1}},"b":["a","a"]}',
  '{"a":"{\\"b\\":1,\\"b\\":2}"}',
  '["a","a",{"a":1},{"a":1}]',
  '"x"',
])('finds none in %s', (text) => {
  expect(duplicateMember(text)).toBeUndefined();
});

it('finds none in what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(duplicateMember(text)).toBeUndefined();
    }),
  );
});
