import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
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
});
