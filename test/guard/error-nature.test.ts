import { describe, expect, it } from 'vitest';
import { type ErrorNature, natureOf } from '../../src/guard/error-nature.js';

const texts: Readonly<Record<ErrorNature, readonly string[]>> = {
  outage: [
    'HTTP 429 Too Many Requests',
    'Request failed with status code 503',
    '502 Bad Gateway',
    'Error 500',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'getaddrinfo EAI_AGAIN api.example.com',
    'Error: query timed out after 10000 ms',
    'TimeoutError: locator.click: Timeout 5000ms exceeded.',
    'Timeout: 30000 ms',
    'rate limit exceeded, try again later',
    'The service is temporarily unavailable',
    'connection was reset by peer',
    '403 Forbidden: rate limit exceeded',
  ],
  denied: [
    'Access denied',
    'PERMISSION_DENIED: missing scope',
    "EACCES: permission denied, open '/root/a'",
    '403 Forbidden',
    'HTTP 401: you are not authorized',
    'Unauthorised',
    'operation not permitted',
    'insufficient privileges for table users',
  ],
  missing: [
    'Error: order not found',
    "ENOENT: no such file or directory, open '/a/b'",
    'relation "x" does not exist',
    'Status 404',
    'could not find a customer with this name',
    'There is no user named ann',
  ],
  other: [
    'Error: non-pending order cannot be modified',
    'Invalid option: timeout must be a number',
    'Error: 512 tokens are more than allowed',
    'Error: 500 items at most',
    "Additional properties are not allowed ('x' was unexpected)",
    'Method not found',
    'payment amount does not add up, total price is 375, but paid 299',
    'The rate is 5 %',
    '',
  ],
};

describe('what an error is about', () => {
  const rows = Object.entries(texts).flatMap(([nature, all]) => all.map((text) => [text, nature]));

  it.each(rows)('%j: %s', (text, nature) => {
    expect(natureOf(text ?? '')).toBe(nature);
  });

  it('is told by the first 2,000 characters', () => {
    expect(natureOf(`${' '.repeat(1_980)}order not found`)).toBe('missing');
    expect(natureOf(`${' '.repeat(1_990)}order not found`)).toBe('other');
  });
});
