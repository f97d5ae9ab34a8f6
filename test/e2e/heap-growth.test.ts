import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { fixture } from './support/fuze-process.js';

test('what outlives some collections and no more does not gather', async () => {
  const [node = '', ...args] = fixture('old-generation');
  const { stdout } = await promisify(execFile)(node, args);
  // Measured 5 MiB; 9 and more where V8 alone decides.
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(Number(stdout)).toBeLessThan(7.5);
});
