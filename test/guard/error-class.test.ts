import { describe, expect, it } from 'vitest';
import { errorClass } from '../../src/guard/error-class.js';

describe('errorClass', () => {
  it.each([
    ['Order 4711 not found', 'Order 12 not found', 'Order <n> not found'],
    ['ENOENT: /tmp/a/b.txt', 'ENOENT: /home/me/c.txt', 'ENOENT: <path>'],
    ['no file C:\\Users\\me\\a.txt', 'no file D:\\b\\c.txt', 'no file <path>'],
    [
      'lock 3f2504e0-4f89-11d3-9a0c-0305e82c3301 is held',
      'lock 00000000-0000-0000-0000-000000000000 is held',
      'lock <id> is held',
    ],
    ['commit deadbeef12 unknown', 'commit 0123456789abcdef unknown', 'commit <id> unknown'],
    ['down since 2026-01-02T03:04:05.678Z', 'down since 2027-12-31 23:59', 'down since <time>'],
    ['timeout after 1.5 s\nat x', 'timeout after 30 s\r\nat y', 'outage: timeout after <n> s'],
    ['\n\n  refused\nmore', 'refused', 'refused'],
  ])('of %j and %j is one', (one, other, kind) => {
    expect([errorClass(one), errorClass(other)]).toEqual([kind, kind]);
  });

  it.each([
    ['Order not found', 'User not found'],
    ['permission denied', 'connection refused'],
    ['', 'empty'],
  ])('tells %j and %j apart', (one, other) => {
    expect(errorClass(one)).not.toBe(errorClass(other));
  });

  it('is short, and quick, whatever the text', () => {
    expect(errorClass('x'.repeat(10_000_000))).toHaveLength(200);
    expect(errorClass('/a'.repeat(5_000_000))).toBe('<path>');
  });
});
