import { describe, expect, test, vi } from 'vitest';
import { fixture } from '../e2e/support/fuze-process.js';
import { expectNoSurvivors } from '../e2e/support/raw-proxy.js';
import { ListeningFuze, LONG, SHELL_SERVER } from './support/listening-fuze.js';
import { call, type LoadClient, SseClient } from './support/load-client.js';

const CLIENTS = LONG ? 64 : 20;
const MANY = LONG ? 500 : 50;
const MEBIBYTE = 1024 * 1024;
const WAIT = { timeout: 45_000, interval: 20 };
const CONFIG = `[proxy]
max_sessions = 10_000
max_iterations = 1_000_000
timeout = "5m"
[proxy.tools."*"]
loop_checks = false`;

/** Clients of all kinds, each with a session where it has one. */
async function openAll(server: ListeningFuze): Promise<LoadClient[]> {
  const clients = Array.from({ length: CLIENTS }, () => server.client());
  await Promise.all(
    clients.map((client, index) => (index % 3 === 0 ? client.initialize() : undefined)),
  );
  return clients;
}

/** Calls, and opens sessions, until fuze is gone; every answer must be an answer or a refusal. */
async function hammer(
  client: LoadClient,
  index: number,
  answered: (isAnswer: boolean) => void,
): Promise<void> {
  for (let id = 1; ; id += 1) {
    const mark = `m${index}-${id}`;
    let reply: Awaited<ReturnType<LoadClient['post']>>;
    try {
      if (index % 3 === 0) reply = await client.post(call(id, 'any', { mark }));
      else if (index % 3 === 1) reply = await client.callModern(id, 'any', { mark });
      else reply = await client.initialize();
    } catch {
      // No connection any more.
      return;
    }
    if (reply.status === 200) {
      const [answer] = reply.messages.filter(({ text }) => text !== '');
      if (answer === undefined) throw new Error(`${mark}: no answer`);
      if (answer.error === undefined && index % 3 !== 2)
        expect(answer.toolText).toContain(`${mark} `);
    } else {
      expect([404, 503]).toContain(reply.status);
      expect(reply.messages[0]?.error?.message).toMatch(/^fuze: /);
    }
    answered(reply.status === 200);
  }
}

const FRONTS: [string, (config: string) => Promise<ListeningFuze>][] = [
  ['a command', (config) => ListeningFuze.before(SHELL_SERVER, config)],
  [
    'a server over HTTP',
    async (config) => {
      const behind = await ListeningFuze.before(SHELL_SERVER, CONFIG);
      return ListeningFuze.beforeUrl(`${behind.origin}/mcp`, config);
    },
  ],
];

describe.runIf(process.platform === 'linux')('the end of a listener', () => {
  test.each(FRONTS)(
    'before %s on SIGTERM under load: all is answered or refused, and nothing is left',
    async (front, start) => {
      const server = await start(CONFIG);
      const clients = await openAll(server);
      let answers = 0;
      let refusals = 0;
      const working = Promise.all(
        clients.map((client, index) =>
          hammer(client, index, (isAnswer) => {
            if (isAnswer) answers += 1;
            else refusals += 1;
          }),
        ),
      );
      working.catch(() => {});
      await vi.waitFor(() => expect(answers).toBeGreaterThan(CLIENTS * 10), WAIT);
      const begin = performance.now();
      server.fuze.signal('SIGTERM');
      expect((await server.fuze.exit).code).toBe(143);
      const ms = (performance.now() - begin).toFixed(0);
      await working;
      process.stderr.write(
        `SIGTERM before ${front} under ${CLIENTS} clients: gone after ${ms} ms, ${answers} answers, ${refusals} refusals\n`,
      );
      expect(server.fuze.workspace.survivors()).toEqual([]);
    },
  );

  test('on SIGTERM with calls that nobody answers, and servers that do not want to go', async () => {
    const server = await ListeningFuze.before(
      fixture('raw-server', '--ignore-eof', '--ignore-signals'),
      CONFIG,
      { RAW_LOG: 'raw.log' },
    );
    const clients = [server.client(), server.client(), server.client()];
    await clients[0]?.initialize();
    const sse = await SseClient.open(server.client());
    const asked = [
      clients[0]?.post(call(1, 'never', {})),
      clients[1]?.callModern(1, 'never', {}),
      clients[2]?.callModern(1, 'never', {}),
    ];
    const overSse = sse?.ask(call(1, 'never', {}), 1);
    const calls = (): number =>
      [
        ...server.fuze.workspace
          .read('raw.log')
          .toString()
          .matchAll(/"never"/g),
      ].length;
    await vi.waitFor(() => expect(calls()).toBe(4), WAIT);
    server.fuze.signal('SIGTERM');
    for (const reply of await Promise.all(asked)) {
      expect(reply?.messages.at(-1)?.error?.message).toBe('fuze: fuze is shutting down');
    }
    expect((await overSse)?.error?.message).toBe('fuze: fuze is shutting down');
    expect((await server.fuze.exit).code).toBe(143);
    expect(server.fuze.workspace.survivors()).toEqual([]);
  });

  test(`on SIGTERM with ${MANY} sessions open: the time grows with their number, not with its square`, async () => {
    const server = await ListeningFuze.before(SHELL_SERVER, CONFIG);
    for (let opened = 0; opened < MANY; opened += 50) {
      await Promise.all(Array.from({ length: 50 }, () => server.client().initialize()));
    }
    expect(server.children).toBe(MANY);
    const begin = performance.now();
    server.fuze.signal('SIGTERM');
    await server.fuze.exit;
    const ms = performance.now() - begin;
    process.stderr.write(`SIGTERM with ${MANY} sessions: gone after ${ms.toFixed(0)} ms\n`);
    expect(server.fuze.workspace.survivors()).toEqual([]);
    // A square took 35 s for 500; what grows with the number takes one.
    expect(ms).toBeLessThan(15_000);
  });

  test('by SIGKILL: every server sees its input end, and goes', async () => {
    const server = await ListeningFuze.before(SHELL_SERVER, CONFIG);
    const clients = await openAll(server);
    await Promise.all([
      ...clients.map((client) => client.callModern(1, 'any', { mark: 'm' })),
      SseClient.open(server.client()),
    ]);
    expect(server.children).toBe(Math.ceil(CLIENTS / 3) + 2);
    server.fuze.signal('SIGKILL');
    await server.fuze.exit;
    await expectNoSurvivors(server.fuze);
  });
});

describe.runIf(process.platform === 'linux')('the cap on sessions', () => {
  const capped = CONFIG.replace('max_sessions = 10_000', 'max_sessions = 5');

  test.each(FRONTS)(
    'in front of %s holds for clients that come at once, and frees what they leave',
    async (_, start) => {
      const server = await start(capped);
      for (let round = 1; round <= 2; round += 1) {
        const clients = Array.from({ length: 20 }, () => server.client());
        const opened = await Promise.all(clients.map((client) => client.initialize()));
        const refused = opened.filter(({ status }) => status === 503);
        expect(refused).toHaveLength(15);
        for (const { messages } of refused) {
          expect(messages[0]).toMatchObject({ id: 'init' });
          expect(messages[0]?.error?.message).toMatch(/5 sessions are open.*max_sessions/);
        }
        expect(await server.metric('fuze_sessions')).toBe(5);
        const within = clients.filter(({ sessionId }) => sessionId !== undefined);
        expect(await Promise.all(within.map((client) => client.leave()))).toEqual([
          200, 200, 200, 200, 200,
        ]);
      }
    },
  );
});

describe.runIf(process.platform === 'linux')('a session whose connection broke', () => {
  test('brings the answer to the client that comes back, once', async () => {
    const server = await ListeningFuze.before(fixture('raw-server'), CONFIG);
    const client = server.client();
    await client.initialize();
    const other = server.client();
    other.sessionId = client.sessionId;
    const headers = client.headers({ 'mcp-protocol-version': '2025-11-25' });
    const cutCall = async (key: string, missed: boolean): Promise<string | undefined> => {
      const body = JSON.stringify(call(key, 'hold', { key }));
      const stream = await client.open('POST', '/mcp', headers, body);
      const first = await stream.next();
      expect(first?.data).toBe('');
      // The server has the call: it says so, on the newest stream.
      expect(JSON.parse((await stream.next())?.data ?? '')).toMatchObject({ method: 'raw/held' });
      stream.cut();
      if (missed) {
        const { messages } = await other.post(call('r', 'release', { keys: [key] }));
        expect(messages.at(-1)?.toolText).toBe('ok');
      }
      return first?.id;
    };
    for (const missed of [true, false]) {
      const key = `k-${missed}`;
      const last = await cutCall(key, missed);
      const resumed = await client.listen({ 'last-event-id': last ?? '' });
      expect(JSON.parse((await resumed.next())?.data ?? '')).toMatchObject({ method: 'raw/held' });
      if (!missed) {
        const { messages } = await other.post(call('r', 'release', { keys: [key] }));
        expect(messages.filter(({ text }) => text !== '').map(({ id }) => id)).toEqual(['r']);
      }
      const answer = JSON.parse((await resumed.next())?.data ?? '');
      expect(answer).toMatchObject({ id: key, result: { content: [{ text: `released ${key}` }] } });
      expect(await resumed.next()).toBeUndefined();
    }
  });

  test('goes on though an answer was never read, and its client went', async () => {
    const server = await ListeningFuze.before(fixture('raw-server'), CONFIG);
    const client = server.client();
    await client.initialize();
    for (let round = 1; round <= 5; round += 1) {
      const body = JSON.stringify(call(round, 'big', { bytes: 8 * MEBIBYTE }));
      const stream = await client.open('POST', '/mcp', client.headers(), body);
      stream.response.pause();
      // Its last is on its way: nobody reads, and the client closes.
      await vi.waitFor(() => expect(stream.response.socket.bytesRead).toBeGreaterThan(1_000), WAIT);
      stream.cut();
      const { messages } = await client.post(call(`after ${round}`, 'ok', {}));
      expect(messages.at(-1)?.toolText).toBe('ok');
    }
    const base = await server.heap();
    expect(base).toBeLessThan(40 * MEBIBYTE);
  });
});
