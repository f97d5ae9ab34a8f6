import { once } from 'node:events';
import { type FuzeProcess, fixture, startDirect, startFuze, Workspace } from './fuze-process.js';
import type { Address, Way } from './sdk-client.js';
import { type Command, fuzeBin } from './workspace.js';

/** A server of fixtures/pairs: what built it, and how it is reached. */
export interface PairServer {
  readonly built: 'first' | 'second' | 'modern';
  readonly way: Way;
}

/** The official SDK 2.x has no server for HTTP+SSE. */
export const PAIR_SERVERS: readonly PairServer[] = [
  { built: 'first', way: 'stdio' },
  { built: 'second', way: 'stdio' },
  { built: 'first', way: 'http' },
  { built: 'second', way: 'http' },
  { built: 'first', way: 'sse' },
];

const CONFIG = `
[proxy.tools.limited]
max_calls_per_run = 2
`;

/** One server and a fuze that listens in front of it, for all clients that come. */
export interface StandingPair {
  readonly server: PairServer;
  /** Where the server is without fuze. */
  readonly direct: () => Address;
  /** Where it is through fuze. */
  readonly throughFuze: (way: Way) => Address;
  readonly fuze: FuzeProcess;
  /** Without a path. */
  readonly origin: string;
}

async function firstLine(running: FuzeProcess): Promise<string> {
  running.child.stdout.removeAllListeners('data');
  const [chunk] = await once(running.child.stdout, 'data');
  return String(chunk).trim();
}

export async function startPair(server: PairServer): Promise<StandingPair> {
  const { built, way } = server;
  const command = fixture('pairs/main', built, way);
  const url = way === 'stdio' ? undefined : new URL(await firstLine(startDirect(command)));
  const flags = url === undefined ? ['--', ...command] : ['--url', url.href];
  const fuze = startFuze(['proxy', '--listen', '127.0.0.1:0', ...flags], { config: CONFIG });
  await fuze.stderrMatches(/listening on http/);
  const listening = /listening on (http:\S+)/.exec(fuze.stderr)?.[1] ?? '';
  const { origin } = new URL(listening);
  const commandAddress = (program: Command): Address => ({
    way: 'stdio',
    command: program,
    workspace: new Workspace(CONFIG),
  });
  return {
    server,
    fuze,
    origin,
    direct: () => (url === undefined || way === 'stdio' ? commandAddress(command) : { way, url }),
    throughFuze: (from) =>
      from === 'stdio'
        ? commandAddress([process.execPath, fuzeBin, 'proxy', ...flags])
        : { way: from, url: new URL(from === 'http' ? '/mcp' : '/sse', origin) },
  };
}
