import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startDirect } from './fuze-process.js';
import type { Way } from './sdk-client.js';
import type { Command } from './workspace.js';

const MAIN = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'),
);
const TRANSPORT: Record<Way, string> = { stdio: 'stdio', http: 'streamableHttp', sse: 'sse' };

/** The official server for tests of clients, as a command. */
export function everythingCommand(way: Way): Command {
  return [process.execPath, MAIN, TRANSPORT[way]];
}

/** It takes a port, and does not tell which one when that is 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts it over HTTP; resolves with its URL. */
export async function startEverything(way: 'http' | 'sse'): Promise<URL> {
  const port = await freePort();
  const running = startDirect(everythingCommand(way), { env: { PORT: String(port) } });
  await running.stderrMatches(/(listening|running) on port/);
  return new URL(`http://127.0.0.1:${port}/${way === 'http' ? 'mcp' : 'sse'}`);
}
