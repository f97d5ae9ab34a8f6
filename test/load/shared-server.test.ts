import { describe, expect, test, vi } from 'vitest';
import { fixture } from '../e2e/support/fuze-process.js';
import { standstill } from '../e2e/support/raw-proxy.js';
import { ListeningFuze, LONG } from './support/listening-fuze.js';
import { type LoadClient, modernCall, modernHeaders, type Reply } from './support/load-client.js';

const CLIENTS = LONG ? 64 : 24;
const MEBIBYTE = 1024 * 1024;
const WAIT = { timeout: 45_000, interval: 20 };
const CONFIG = `[proxy]
max_iterations = 100_000
timeout = "5m"
[loop_detection]
error_threshold = 0
[proxy.tools."*"]
loop_checks = false`;

const start = (config = CONFIG): Promise<ListeningFuze> =>
  ListeningFuze.before(fixture('raw-server'), config, { RAW_LOG: 'raw.log' });

/** What the server has read so far that matches. */
const reached = ({ fuze }: ListeningFuze, pattern: RegExp): number =>
  [...fuze.workspace.read('raw.log').toString('latin1').matchAll(pattern)].length;

const reaches = (server: ListeningFuze, pattern: RegExp, times: number): Promise<void> =>
  vi.waitFor(() => expect(reached(server, pattern)).toBe(times), WAIT);

const clientsOf = (server: ListeningFuze, count = CLIENTS): LoadClient[] =>
  Array.from({ length: count }, () => server.client());

const release = (server: ListeningFuze, keys: readonly string[]): Promise<Reply> =>
  server.client().callModern('release', 'release', { keys });

describe.runIf(process.platform === 'linux')('a server that clients of 2026-07-28 share', () => {
  test('answers each its own, though all have the same ids and progress tokens', async () => {
    const server = await start();
    const asked = clientsOf(server).map((client, index) =>
      client.callModern(1, 'progress', { steps: index + 1 }, { progressToken: 'same' }),
    );
    for (const [index, { messages }] of (await Promise.all(asked)).entries()) {
      const progress = messages.slice(0, -1).map(({ params }) => params);
      const total = index + 1;
      expect(progress).toEqual(
        Array.from({ length: total }, (_, step) => ({
          progressToken: 'same',
          progress: step + 1,
          total,
        })),
      );
      expect(messages.at(-1)).toMatchObject({ id: 1, toolText: 'ok' });
    }
    expect(server.children).toBe(1);
  });

  test('hears of the calls of clients that leave, and of no others', async () => {
    const server = await start();
    const clients = clientsOf(server);
    const answers = clients.map((client, index) =>
      client.callModern('one', 'hold', { key: `k${index}` }).catch(() => undefined),
    );
    await reaches(server, /"hold"/g, CLIENTS);
    const leaving = clients.filter((_, index) => index % 2 === 0);
    for (const client of leaving) client.close();
    await reaches(server, /"notifications\/cancelled"/g, leaving.length);
    const [released] = (
      await release(
        server,
        clients.map((_, index) => `k${index}`),
      )
    ).messages;
    expect(released?.toolText).toBe('ok');
    for (const [index, answer] of (await Promise.all(answers)).entries()) {
      const texts = answer?.messages.map(({ id, toolText }) => [id, toolText]);
      expect(texts).toEqual(index % 2 === 0 ? undefined : [['one', `released k${index}`]]);
    }
    expect(reached(server, /"notifications\/cancelled"/g)).toBe(leaving.length);
  });

  test('crashes under calls of all: each is answered once, and later ones work', async () => {
    const server = await start();
    const clients = clientsOf(server);
    for (let round = 1; round <= 3; round += 1) {
      // Two crashes in a row make the next start wait, with a clear answer until then.
      await vi.waitFor(async () => {
        const { status, messages } = await server.client().callModern(0, 'ok', {});
        if (status !== 200) expect(messages[0]?.text).toMatch(/has crashed \d times in a row/);
        expect(status).toBe(200);
      }, WAIT);
      const before = reached(server, /"hold"/g);
      const answers = clients.map((client) => client.callModern(7, 'hold', { key: 'k' }));
      await reaches(server, /"hold"/g, before + CLIENTS);
      const killed = server.client().callModern(7, 'kill', {});
      for (const { messages } of await Promise.all([...answers, killed])) {
        expect(messages.map(({ id }) => id)).toEqual([7]);
        expect(messages[0]?.error?.message).toMatch(/^fuze: the server .*SIGKILL/);
      }
      await vi.waitFor(() => expect(server.children).toBe(0), WAIT);
    }
  });

  test.each(['server', 'fuze'] as const)(
    'does not read while the %s is ended: whoever waits to be heard is answered too',
    async (ended) => {
      const server = await start();
      const client = server.client();
      await client.callModern(1, 'stop-reading', {});
      const [pid] = server.childPids;
      if (pid === undefined) throw new Error('no server');
      const args = { text: 'x'.repeat(MEBIBYTE) };
      let answered = 0;
      const asked = Array.from({ length: 12 }, async (_, id) => {
        const reply = await client.callModern(id, 'text', args);
        answered += 1;
        return reply;
      });
      await standstill(() => server.descriptors);
      expect(answered).toBe(0);
      if (ended === 'server') process.kill(pid, 'SIGKILL');
      else server.fuze.signal('SIGTERM');
      for (const { messages } of await Promise.all(asked)) {
        expect(messages.map((message) => message.error?.message)).toEqual([
          expect.stringMatching(/^fuze: /),
        ]);
      }
      if (ended === 'fuze') return;
      expect((await client.callModern(1, 'ok', {})).messages[0]?.toolText).toBe('ok');
    },
  );

  test('brings answers of any size to a client that reads', async () => {
    const server = await start();
    const bytes = 40 * MEBIBYTE;
    const { messages } = await server.client().callModern(1, 'big', { bytes });
    expect(messages[0]?.toolText).toHaveLength(bytes);
  });

  test('waits for no client that does not read, and memory stays flat', async () => {
    const server = await start();
    const clients = clientsOf(server);
    const slow = server.client();
    const message = modernCall(
      1,
      'flood',
      { messages: 100_000, bytes: 2_000 },
      {
        'io.modelcontextprotocol/logLevel': 'info',
      },
    );
    const { response } = slow.send(
      'POST',
      '/mcp',
      slow.headers(modernHeaders('flood')),
      JSON.stringify(message),
    );
    (await response).pause();
    await reaches(server, /"notifications\/cancelled"/g, 1);
    const answers = await Promise.all(clients.map((client) => client.callModern(1, 'ok', {})));
    for (const { messages } of answers) expect(messages.at(-1)?.toolText).toBe('ok');
    expect(server.memory).toBeLessThan(300 * MEBIBYTE);
  });
});
