import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { fixture, fuzeBin, Workspace } from './support/fuze-process.js';

/** A client that floods a server through fuze, tells fuze's pid, and is killed in the middle of it. */
const CLIENT = `
const { spawn } = require('node:child_process');
const [fuze, ...server] = process.argv.slice(1);
const child = spawn(process.execPath, [fuze, 'proxy', '--', ...server], { stdio: ['pipe', 'pipe', 'inherit'] });
const line = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/x', params: { text: 'x'.repeat(100000) } }) + '\\n';
const flood = () => { while (child.stdin.write(line)); };
child.stdin.on('drain', flood);
flood();
// Nothing drains any more: fuze has stopped reading.
let waiting = -1;
setInterval(() => {
  const now = child.stdin.writableLength;
  if (now > 0 && now === waiting) process.stdout.write(child.pid + '\\n');
  waiting = now;
}, 500);
`;

it('fuze ends when its client dies while the server reads nothing', async () => {
  const workspace = new Workspace('');
  const server = fixture('raw-server', '--no-read');
  const client = spawn(process.execPath, ['-e', CLIENT, fuzeBin, ...server], {
    cwd: workspace.dir,
    env: workspace.env(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [text] = await once(client.stdout, 'data');
  expect(workspace.survivors()).toContain(Number.parseInt(String(text), 10));
  client.kill('SIGKILL');
  // Ends with the test's own time when something is left.
  while (workspace.survivors().length > 0) await sleep(50);
});
