import { describe, expect } from 'vitest';
import { json, serveHttp } from '../e2e/support/http-server.js';
import { startListening } from '../e2e/support/listening-fuze.js';
import { ask, MCP_HEADERS } from '../e2e/support/raw-http.js';
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
