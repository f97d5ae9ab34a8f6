import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Received, serveHttp } from '../support/http-server.js';
import { behindFuze, CONFIG, call } from '../support/http-session.js';
import { startListening } from '../support/listening-fuze.js';
import { MCP_HEADERS, open, post, readBytes } from '../support/raw-http.js';

/* With a trace, what goes to the client is withheld for a moment. Nothing may overtake it, or be lost by it. */

describe('a body that is no message', () => {
  it.each([true, false])('is passed on whole (with a trace: %s)', async (trace) => {
    const server = await serveHttp(async ({ response }) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      for (const piece of ['first ', 'second ', 'x'.repeat(300_000)]) {
        await new Promise((resolve) => response.write(piece, resolve));
        await sleep(10);
      }
      response.end();
    });
    const config = trace ? CONFIG : '';
    const { url } = await startListening(`${server.origin}/mcp`, { config });
    const { status, body } = await post(url, call(1, 'look'));
    expect([status, body]).toEqual([500, `first second ${'x'.repeat(300_000)}`]);
  });

  it('comes at once where nothing is to be written down', async () => {
    let goOn: () => void = () => {};
    const server = await serveHttp(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('first');
      goOn = () => response.end(' last');
    });
    const { url } = await startListening(`${server.origin}/mcp`, { config: '' });
    const response = await open(url, {
      method: 'POST',
      headers: MCP_HEADERS,
      body: call(1, 'look'),
    });
    expect(await readBytes(response, 5)).toBe('first');
    goOn();
    expect(await readBytes(response, 5)).toBe(' last');
  });

  it.each(['text/event-stream', 'text/plain', 'application/json'])(
    'is none where there is none, though it should be %s',
    async (type) => {
      const server = await serveHttp(({ response }) => {
        response.writeHead(204, { 'content-type': type }).end();
      });
      const { url } = await startListening(`${server.origin}/mcp`, { config: CONFIG });
      const notification = '{"jsonrpc":"2.0","method":"notifications/x"}';
      expect(await post(url, notification)).toMatchObject({ status: 204, body: '' });
    },
  );

  it('is cut off where it was cut off', async () => {
    const server = await serveHttp(async ({ response }) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      for (const piece of ['first ', 'second ', 'third']) {
        await new Promise((resolve) => response.write(piece, resolve));
        await sleep(10);
      }
      response.destroy();
    });
    const { url } = await startListening(`${server.origin}/mcp`, { config: CONFIG });
    await expect(post(url, call(1, 'look'))).rejects.toThrow('aborted');
  });
});

it.each(['text/plain', 'text/event-stream', 'application/json'])(
  'says that a call took too long though an answer of %s comes at that moment',
  async (type) => {
    let asked: (received: Received) => void = () => {};
    const slow = new Promise<Received>((resolve) => {
      asked = resolve;
    });
    const fuze = await behindFuze({ slow: (received) => asked(received) });
    const answer = post(fuze.url, call(1, 'slow'));
    const { response } = await slow;
    fuze.process.signal('SIGSTOP');
    // Longer than the call may take: its clock and the answer are there together when fuze goes on.
    await sleep(200);
    response.writeHead(500, { 'content-type': type });
    response.end('too late');
    await once(response, 'finish');
    fuze.process.signal('SIGCONT');
    const { status, body } = await answer;
    expect([status, JSON.parse(body)]).toMatchObject([200, { id: 1, result: { isError: true } }]);
    expect(body).toContain('did not answer within');
  },
);
