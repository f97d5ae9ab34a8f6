import { expect, test } from 'vitest';
import { repeatedHeader } from '../../src/transport/repeated-header.js';

test('finds a deciding header that stands twice, in whatever case', () => {
  expect(repeatedHeader(['Host', 'a', 'Authorization', 'x', 'AUTHORIZATION', 'y'])).toBe(
    'AUTHORIZATION',
  );
});

test('leaves alone what may stand several times', () => {
  expect(repeatedHeader(['Host', 'a', 'Accept', 'x', 'Accept', 'y', 'X-A', '1', 'X-A', '2'])).toBe(
    undefined,
  );
});
