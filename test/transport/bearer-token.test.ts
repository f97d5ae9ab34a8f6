import { expect, test } from 'vitest';
import { bearerMatches } from '../../src/transport/bearer-token.js';

test.each(['Bearer s3cret', 'bearer s3cret', 'BEARER  s3cret', 'Bearer s3cret '])(
  '%j shows the token',
  (header) => {
    expect(bearerMatches(header, 's3cret')).toBe(true);
  },
);

test.each([
  ...[undefined, '', 'Bearer', 'Bearer ', 's3cret', 'Basic s3cret', 'Bearers3cret'],
  ...[
    'Bearer s3cre',
    'Bearer s3crett',
    'Bearer S3cret',
    'Bearer s3cret s3cret',
    'Token Bearer s3cret',
  ],
  'Bearer s3cret, Bearer x',
])('%j does not', (header) => {
  expect(bearerMatches(header, 's3cret')).toBe(false);
});

test('a token may hold any character', () => {
  expect(bearerMatches('Bearer a=b c/+~', 'a=b c/+~')).toBe(true);
});
