import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OneTimeEvent } from '../../../src/proxy/one-time-event.js';
import { startFuze } from '../support/fuze-process.js';
import { type HttpServer, json, plainServer, said, serveHttp } from '../support/http-server.js';
import { type ListeningFuze, startListening } from '../support/listening-fuze.js';

/** A server that answers one request on each connection, and closes it when the next one comes, as at the end of its patience. */
async function impatientServer(): Promise<HttpServer> {
  const used = new Set<Socket>();
  const answer = plainServer((received) => json(received, said(received.message.id, 'done')));
  return serveHttp((received) => {
    const { socket } = received.request;
    if (used.has(socket)) socket.destroy();
    else {
      used.add(socket);
      return answer(received);
    }
  });
}

const inFront = (server: HttpServer): Promise<ListeningFuze> =>
  startListening(`${server.origin}/mcp`, { flags: ['--transport', 'http'] });

const CALL = { name: 'look', arguments: {} };

describe('a request on a kept connection that the server is about to close', () => {
  it('is sent once more where it has no effects', async () => {
    const server = await impatientServer();
    const agent = await (await inFront(server)).agent({ era: 'stateless' });
    for (const method of ['server/discover', 'tools/list', 'resources/list']) {
      expect((await agent.request(method)).result).toEqual({});
    }
    expect(server.seen.map(({ message }) => message.method)).toEqual([
      'server/discover',
      ...['tools/list', 'tools/list'],
      ...['resources/list', 'resources/list'],
    ]);
  });

  it.each([
    ['a call', (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: CALL })],
    [
      'a batch, which holds a call',
      (id: number) => [
        { jsonrpc: '2.0', id, method: 'tools/call', params: CALL },
        { jsonrpc: '2.0', id: id + 1, method: 'tools/list' },
      ],
    ],
  ])('is sent once and no more where it is %s', async (_, message) => {
    const server = await impatientServer();
    const agent = await (await inFront(server)).agent({ era: 'sessions' });
    const before = server.seen.length;
    const answer = await agent.post(message(7));
    await answer.over;
    expect(answer.status).toBe(502);
    expect(server.seen.slice(before)).toHaveLength(1);
  });

  /** A server that answers `tools/list` only once it is asked for on a connection of its own, and holds it until then. */
  async function holdingServer(): Promise<{ server: HttpServer; held: OneTimeEvent<Socket> }> {
    const held = new OneTimeEvent<Socket>();
    const answer = plainServer(
      (received) => json(received, said(received.message.id, 'done')),
      () => 'the-session',
    );
    const server = await serveHttp((received) => {
      if (received.message?.method !== 'tools/list') return answer(received);
      held.happen(received.request.socket);
    });
    return { server, held };
  }

  const listsOf = ({ seen }: HttpServer): unknown[] =>
    seen.filter(({ message }) => message?.method === 'tools/list');

  it('is not sent once more for a client that has cancelled it', async () => {
    const { server, held } = await holdingServer();
    const agent = await (await inFront(server)).agent({ era: 'sessions' });
    const listed = agent.ask('tools/list', {}, 'list');
    const socket = await held.happened;
    const cancelled = { method: 'notifications/cancelled', params: { requestId: 'list' } };
    await (await agent.post({ jsonrpc: '2.0', ...cancelled })).over;
    socket.destroy();
    await (await listed).over;
    await agent.request('resources/list');
    expect(listsOf(server)).toHaveLength(1);
  });

  it('is not sent once more for a client that has left', async () => {
    const { server, held } = await holdingServer();
    const fuze = await inFront(server);
    const [agent, other] = [
      await fuze.agent({ era: 'sessions' }),
      await fuze.agent({ era: 'sessions' }),
    ];
    const listed = agent.ask('tools/list').catch(() => 'left');
    const socket = await held.happened;
    agent.leave();
    expect(await listed).toBe('left');
    // fuze has seen that by the time at which it has answered somebody else.
    await other.request('resources/list');
    socket.destroy();
    for (let turn = 0; turn < 3; turn += 1) await other.request('resources/list');
    expect(listsOf(server)).toHaveLength(1);
  });

  it('is not sent once more for a client on a pipe that has cancelled it', async () => {
    const { server, held } = await holdingServer();
    const fuze = startFuze(['proxy', '--url', `${server.origin}/mcp`, '--transport', 'http']);
    await fuze.initialize();
    // Its connection is kept, whatever else is under way.
    await fuze.request('resources/list');
    await fuze.send({ jsonrpc: '2.0', id: 'list', method: 'tools/list' });
    const socket = await held.happened;
    await fuze.notify('notifications/cancelled', { requestId: 'list' });
    await fuze.request('resources/list');
    socket.destroy();
    for (let turn = 0; turn < 3; turn += 1) await fuze.request('resources/list');
    expect(listsOf(server)).toHaveLength(1);
  });
});
