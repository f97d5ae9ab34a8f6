import { json, type Received, result, serveHttp } from './http-server.js';
import { type ListeningFuze, startListening } from './listening-fuze.js';

/** Everything is written down, and payments happen once. */
export const CONFIG = `
[proxy]
trace = "trace.jsonl"
[proxy.tools.pay]
side_effect = true
[proxy.tools.slow]
timeout = "100ms"
`;

export const call = (id: number, name: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } });
export const said = (text: string, more = {}): object => ({
  content: [{ type: 'text', text }],
  ...more,
});

export const SESSION = ['Mcp-Session-Id', 'session-1'];
const VERSION = '2025-03-26';
export const INITIALIZE = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 0, method: 'initialize' },
  params: { protocolVersion: VERSION, capabilities: {}, clientInfo: { name: 'c', version: '1' } },
});

export function initialized(received: Received): void {
  const told = {
    protocolVersion: VERSION,
    capabilities: {},
    serverInfo: { name: 's', version: '1' },
  };
  json(received, result(0, told), 200, { 'mcp-session-id': 'session-1' });
}

/** fuze before a server that tells each call by its tool. */
export async function behindFuze(
  answers: Readonly<Record<string, (received: Received, id: number) => unknown>>,
): Promise<ListeningFuze> {
  const server = await serveHttp((received) => {
    const asked = [received.message].flat()[0];
    if (asked.method === 'initialize') initialized(received);
    else answers[asked.params.name]?.(received, asked.id);
  });
  return startListening(`${server.origin}/mcp`, { config: CONFIG });
}
