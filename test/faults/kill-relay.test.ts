import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { json, type Received, serveHttp } from '../e2e/support/http-server.js';
import { startListening } from '../e2e/support/listening-fuze.js';
import { ask, MCP_HEADERS, post } from '../e2e/support/raw-http.js';
import { RawConnection } from '../e2e/support/raw-http-socket.js';
import { faultTest } from './support/rounds.js';
import { verified } from './support/shop.js';

const CONFIG = `
[proxy]
trace = "trace.jsonl"
max_iterations = 1000000
`;
const CLIENTS = 24;
/** Longer ones are put together in memory that is used again. */
const LENGTHS = [10, 1_500, 9_000, 60_000, 400_000];

describe('SIGKILL of a fuze that listens', () => {
  faultTest(
    'what any of its clients saw is in the trace, byte for byte',
    async ({ random, count }) => {
      const server = await serveHttp((received) => {
        const { id } = received.message;
        const text = `${id} ${'x'.repeat(LENGTHS[id % LENGTHS.length] ?? 0)}`;
        json(received, { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
      });
      const fuze = await startListening(`${server.origin}/mcp`, { config: CONFIG });
      const seen = new Map<number, string>();
      let last = 0;
      const enough = random.between(1, 600);
      const client = async (): Promise<void> => {
        for (;;) {
          last += 1;
          const id = last;
          const params = { name: 'look', arguments: { number: id } };
          const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
          const answer = await ask(fuze.url, { method: 'POST', headers: MCP_HEADERS, body });
          expect(answer.status).toBe(200);
          seen.set(id, answer.body);
          if (seen.size === enough) fuze.process.signal('SIGKILL');
        }
      };
      // Every client ends with the connection that is cut.
      await Promise.allSettled(Array.from({ length: CLIENTS }, client));
      expect((await fuze.process.closed).signal).toBe('SIGKILL');

      const lines = fuze.process.workspace.read('trace.jsonl').toString().split('\n');
      const results = new Map<string, unknown>();
      for (const line of lines) {
        if (!line.endsWith('}')) continue;
        const { payload } = JSON.parse(line);
        if (payload.kind === 'call') results.set(payload.callId, payload.result);
      }
      expect(seen.size).toBeGreaterThanOrEqual(enough);
      for (const [id, body] of seen) {
        expect(results.get(String(id)), `the answer to ${id}`).toEqual(JSON.parse(body).result);
      }
      count('answers seen', seen.size);
      count('more in the trace', results.size - seen.size);
      const { verdict, said } = await verified(fuze.process.workspace);
      expect(['open', 'cut'], said).toContain(verdict);
    },
    { short: 3 },
  );
});

const dieAtFirstRecord = fileURLToPath(new URL('support/die-at-first-record.cjs', import.meta.url));
const DYING = { config: CONFIG, env: { NODE_OPTIONS: `--require "${dieAtFirstRecord}"` } };
const CALL =
  '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"look","arguments":{}}}';
const CANCEL = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}';

const SESSION = { 'mcp-session-id': 'session-1' };

/** Answers calls in a way of its own, and everything else with 202. */
function answering(answerCall: (received: Received) => void) {
  return (received: Received): void => {
    if (received.message?.method === 'tools/call') answerCall(received);
    else received.response.writeHead(202).end();
  };
}

/** Answers with a body that is not known to be a message. */
const plain =
  (status: number, ...pieces: readonly string[]) =>
  async ({ response }: Received): Promise<void> => {
    response.writeHead(status, {
      'content-type': 'text/plain',
      'content-length': pieces.join('').length,
    });
    for (const piece of pieces) {
      await new Promise((resolve) => response.write(piece, resolve));
    }
    response.end();
  };

describe('SIGKILL at the first record', () => {
  it.each<[string, (received: Received) => void]>([
    ['of JSON that answers nothing', (received) => json(received, { error: 'x' }, 500)],
    ['of text', plain(500, 'it is broken')],
    ['of text in pieces', plain(200, 'it is ', 'broken')],
    ['without a body', ({ response }) => response.writeHead(202, { 'content-length': 0 }).end()],
    ['without the possibility of one', ({ response }) => response.writeHead(204).end()],
  ])('leaves no client with a whole answer %s', async (_, answer) => {
    const server = await serveHttp(answering(answer));
    const { url, process: fuze } = await startListening(`${server.origin}/mcp`, DYING);
    await expect(post(url, CALL)).rejects.toThrow();
    expect((await fuze.closed).signal).toBe('SIGKILL');

    const living = await startListening(`${server.origin}/mcp`, { config: CONFIG });
    expect((await post(living.url, CALL)).status).toBeLessThan(600);
    expect(await living.records()).toMatchObject([{}, { kind: 'call', callId: '7' }, {}]);
  });

  it('leaves no client with the answer to what was cancelled meanwhile', async () => {
    let asked: (received: Received) => void;
    const call = new Promise<Received>((resolve) => {
      asked = resolve;
    });
    const server = await serveHttp((received) => {
      const { id, method } = received.message;
      if (method === 'initialize') json(received, { jsonrpc: '2.0', id, result: {} }, 200, SESSION);
      else answering((call) => asked(call))(received);
    });
    const { url, process: fuze } = await startListening(`${server.origin}/mcp`, DYING);
    await post(url, '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}');
    const session = Object.entries(SESSION).flat();
    const answer = post(url, CALL, session).then(({ body }) => body, String);
    const { response } = await call;
    // The connection is open before fuze stands still, so that both lie there at once when it goes on.
    const other = new RawConnection(Number(new URL(url).port));
    const lines = ['POST /mcp HTTP/1.1', 'Host: localhost'];
    const headers = [...MCP_HEADERS, ...session];
    for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
    const request = (body: string): string =>
      [...lines, `Content-Length: ${body.length}`, '', body].join('\r\n');
    other.write(request('{"jsonrpc":"2.0","method":"notifications/initialized"}'));
    await other.until(/\r\n\r\n/);
    fuze.signal('SIGSTOP');
    await new Promise((resolve) => other.socket.write(request(CANCEL), resolve));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"jsonrpc":"2.0","id":7,"result":{"content":[]}}');
    await once(response, 'finish');
    fuze.signal('SIGCONT');
    expect((await fuze.closed).signal).toBe('SIGKILL');
    expect(await answer).toMatch(/socket hang up|aborted|ECONNRESET/);
  });
});
