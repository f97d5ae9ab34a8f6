import { spawn } from 'node:child_process';
import { connect, Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { expectNoSurvivors } from '../e2e/support/raw-proxy.js';
import { onTeardown } from '../e2e/support/teardown.js';
import { ListeningFuze, LONG, report, SHELL_SERVER } from './support/listening-fuze.js';
import {
  call,
  initializeMessage,
  modernCall,
  modernHeaders,
  SseClient,
} from './support/load-client.js';

const SESSIONS = LONG ? 500 : 70;
const TIMEOUT = 300_000;
/** What the heap may have grown by once all is over: caches of the runtime, and no session. */
const FLAT = 3 * 1024 * 1024;
const WAIT = { timeout: 45_000, interval: 100 };
const CONFIG =
  '[proxy]\nmax_sessions = 600\nsession_idle = "3s"\nmax_iterations = 100_000\n[proxy.tools."*"]\nloop_checks = false';

/** Sends raw bytes to fuze over a connection of its own, and reads on until `answer` has come. */
async function raw(origin: string, bytes: string, answer?: RegExp): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  onTeardown(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(bytes);
  if (answer === undefined) {
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }
  await new Promise<void>((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (answer.test(text)) resolve();
    });
    socket.once('close', () => reject(new Error(`closed after: ${text}`)));
  });
  return socket;
}

function rawPost(body: string, headers = ''): string {
  const head = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n`;
  return `${head}${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
}

const INITIALIZE = rawPost(JSON.stringify(initializeMessage));

const SSE = 'GET /sse HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n';

/** A client process that opens so many sessions and is killed in the middle of their calls. */
async function killedClient(origin: string, sessions: number): Promise<void> {
  const script = `
    const post = (body, headers) => fetch('${origin}/mcp', { method: 'POST', body: JSON.stringify(body), headers: {
      'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers } });
    for (let at = 0; at < ${sessions}; at += 1) {
      const opened = await post(${JSON.stringify(initializeMessage)});
      const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') };
      await opened.text();
      fetch('${origin}/mcp', { headers: { accept: 'text/event-stream', ...session } });
      post(${JSON.stringify(call(1, 'any', { mark: 'x' }))}, session);
    }
    console.log('open');`;
  const client = spawn(process.execPath, ['--input-type=module', '-e', script]);
  onTeardown(() => void client.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    client.stdout.once('data', () => resolve());
    client.stderr.on('data', (text) => reject(new Error(String(text))));
  });
  const gone = new Promise((resolve) => client.once('exit', resolve));
  client.kill('SIGKILL');
  await gone;
}

/** Every way for a client to begin and to go. */
const WAYS: readonly ((server: ListeningFuze, index: number) => Promise<unknown>)[] = [
  // In order.
  async (server, index) => {
    const client = server.client();
    expect((await client.initialize()).status).toBe(200);
    const mark = `mark-${index}`;
    const reply = await client.post(call(index, 'any', { mark }));
    expect(reply.messages.at(-1)?.toolText).toMatch(new RegExp(`^${mark} `));
    expect([200, 404]).toContain(await client.leave());
    client.close();
  },
  // The socket closes under the stream of the session.
  async (server) => {
    const client = server.client();
    await client.initialize();
    const stream = await client.listen();
    expect(stream.status).toBe(200);
    client.close();
  },
  // The socket closes before the answer to `initialize` is there.
  async ({ origin }) => {
    (await raw(origin, INITIALIZE)).resetAndDestroy();
  },
  // Initialised by half: the client says no more, and keeps its connection.
  ({ origin }) => raw(origin, INITIALIZE, /serverInfo/),
  // Half open: the client sends its end of file and stays.
  async ({ origin }) => {
    (await raw(origin, INITIALIZE, /serverInfo/)).end();
  },
  // A body that stays away.
  async ({ origin }) => {
    (await raw(origin, INITIALIZE.slice(0, -9))).resetAndDestroy();
  },
  // Half headers.
  async ({ origin }) => {
    (await raw(origin, INITIALIZE.slice(0, 30))).end();
  },
  // Nothing but a connection.
  async ({ origin }) => {
    (await raw(origin, '')).destroy();
  },
  // HTTP+SSE: a stream that is used, and cut.
  async (server) => {
    const client = server.client();
    const sse = await SseClient.open(client);
    sse?.stream.cut();
    client.close();
  },
  // HTTP+SSE: a stream on which nothing was said.
  async ({ origin }) => {
    (await raw(origin, SSE, /event: endpoint/)).destroy();
  },
  // The same, and it stays open.
  ({ origin }) => raw(origin, SSE, /event: endpoint/),
  // 2026-07-28 knows no sessions: a call, and the connection closes.
  async (server, index) => {
    const client = server.client();
    const reply = await client.callModern(index, 'any', { mark: 'modern' });
    expect(reply.messages.at(-1)?.toolText).toMatch(/^modern /);
    client.close();
  },
  // The same, without waiting for the answer.
  async ({ origin }) => {
    const headers = Object.entries(modernHeaders('any')).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const body = JSON.stringify(modernCall(1, 'any', { mark: 'left' }));
    (await raw(origin, rawPost(body, headers.join('')))).resetAndDestroy();
  },
];

/** Opens and drops so many sessions, in waves, and waits until all are over. */
async function churn(server: ListeningFuze, sessions: number): Promise<void> {
  const wave = 48;
  const silent: unknown[] = [];
  for (let from = 0; from < sessions; from += wave) {
    const size = Math.min(wave, sessions - from);
    const opened = Array.from({ length: size }, (_, index) =>
      WAYS[(from + index) % WAYS.length]?.(server, from + index),
    );
    silent.push(...(await Promise.all([...opened, killedClient(server.origin, 3)])));
  }
  await vi.waitFor(async () => expect(await server.metric('fuze_sessions')).toBe(0), WAIT);
  for (const socket of silent) if (socket instanceof Socket) socket.destroy();
}

describe.runIf(process.platform === 'linux')(`${SESSIONS} sessions dropped in all ways`, () => {
  test('in front of a command leave nothing behind', { timeout: TIMEOUT }, async () => {
    const server = await ListeningFuze.before(SHELL_SERVER, CONFIG);
    await churn(server, WAYS.length * 2);
    // The server that clients of 2026-07-28 share goes too, once it is idle.
    const empty = { children: 0, sessions: 0, runs: 0, descriptors: Number.POSITIVE_INFINITY };
    await server.returnsTo(empty);
    const start = await server.holdings();
    const base = await server.heap();
    await churn(server, SESSIONS);
    await server.returnsTo(start);
    const after = await server.heap();
    report(`${SESSIONS} sessions`, base, after);
    expect(after - base).toBeLessThan(FLAT);
    server.fuze.signal('SIGTERM');
    expect((await server.fuze.exit).code).toBe(143);
    await expectNoSurvivors(server.fuze);
  });

  test('in front of a server over HTTP leave nothing behind, on either side', {
    timeout: TIMEOUT,
  }, async () => {
    const behind = await ListeningFuze.before(SHELL_SERVER, CONFIG);
    const server = await ListeningFuze.beforeUrl(`${behind.origin}/mcp`, CONFIG);
    await churn(server, WAYS.length * 2);
    const empty = { children: 0, sessions: 0, runs: 0, descriptors: Number.POSITIVE_INFINITY };
    await server.returnsTo(empty);
    await behind.returnsTo(empty);
    const starts = [await server.holdings(), await behind.holdings()] as const;
    const base = [await server.heap(), await behind.heap()] as const;
    await churn(server, SESSIONS);
    await behind.returnsTo(starts[1]);
    await server.returnsTo(starts[0]);
    const after = [await server.heap(), await behind.heap()] as const;
    report(`${SESSIONS} sessions relayed`, base[0], after[0]);
    report(`${SESSIONS} sessions behind the relay`, base[1], after[1]);
    expect(after[0] - base[0]).toBeLessThan(FLAT);
    expect(after[1] - base[1]).toBeLessThan(FLAT);
  });
});
