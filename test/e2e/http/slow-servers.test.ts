import { expect, test } from 'vitest';
import { fixture } from '../support/fuze-process.js';
import { listenFuze } from '../support/listening-fuze.js';
import { RawConnection, requestBytes } from '../support/raw-http-socket.js';
import { memoryOf, standstill } from '../support/raw-proxy.js';

test('a client of HTTP+SSE waits for a server that does not read', async () => {
  const config = '[proxy]\nmax_message_bytes = 2000000\n';
  const server = ['--', ...fixture('raw-server', '--no-read')];
  const { fuze, port, origin } = await listenFuze(server, { config });
  const stream = new RawConnection(port);
  stream.write('GET /sse HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
  await stream.until(/data: \S+/);
  const endpoint = /data: (\S+)/.exec(stream.text)?.[1];
  const params = { filling: 'x'.repeat(1 << 20) };
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/x', params });
  const statuses: number[] = [];
  const posts = Array.from({ length: 100 }, async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${origin}${endpoint}`, { method: 'POST', headers, body });
    statuses.push(answer.status);
  });
  await standstill(() => statuses.length);
  const taken = statuses.filter((status) => status === 202).length;
  expect(taken).toBeLessThan(20);
  expect(new Set(statuses)).toEqual(new Set([202, 503]));
  expect(memoryOf(fuze.pid, 'VmHWM')).toBeLessThan(300 << 20);

  const [serverPid] = fuze.workspace.survivors().filter((pid) => pid !== fuze.pid);
  if (serverPid === undefined) throw new Error('the server does not run');
  process.kill(serverPid, 'SIGUSR2');
  await Promise.all(posts);
  expect(statuses.filter((status) => status === 202).length).toBeGreaterThan(taken);
});

test('a POST that waits when its session ends is told so', async () => {
  const server = ['--', ...fixture('raw-server', '--no-read')];
  const { port, origin } = await listenFuze(server);
  const stream = new RawConnection(port);
  stream.write('GET /sse HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
  await stream.until(/data: \S+/);
  const target = /data: (\S+)/.exec(stream.text)?.[1] ?? '';
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'x', params: 'x'.repeat(3 << 20) });
  const headers = { 'content-type': 'application/json' };
  await (await fetch(`${origin}${target}`, { method: 'POST', headers, body })).text();
  const waiting = new RawConnection(port);
  waiting.write(
    requestBytes({
      target,
      headers: ['Content-Type: application/json'],
      body: '{"jsonrpc":"2.0","method":"y"}',
    }),
  );
  // An answer elsewhere tells that the POST before it has arrived.
  await (await fetch(`${origin}/healthz`)).text();
  stream.socket.destroy();
  expect(await waiting.ended).toMatch(/^HTTP\/1\.1 (?:404|202) /);
});
