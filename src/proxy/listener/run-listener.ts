import { HttpListener, type HttpRequest } from '../../transport/http-listener.js';
import type { ListenAddress } from '../../transport/listen-address.js';
import { announceProxy } from '../announcement.js';
import { type Ending, exitCodeOf } from '../endings.js';
import { openGuard } from '../guarded-sessions.js';
import { createLog } from '../log.js';
import { OneTimeEvent } from '../one-time-event.js';
import type { GuardOptions } from '../proxy-options.js';
import { clientRunKey } from '../run-key.js';
import { watchProcess } from '../watch-process.js';
import type { Door } from './door.js';
import type { Doors } from './doors.js';
import { enter, HEALTH_PATH } from './front-door.js';
import { Metrics } from './metrics.js';
import { SessionCap } from './session-cap.js';

/** Connections beside those that each session may hold. */
const SPARE_CONNECTIONS = 256;
const CONNECTIONS_PER_SESSION = 8;
const FAREWELL = 'fuze is shutting down';
/** The address cannot be bound. */
const CANNOT_LISTEN = 1;

export interface ListenerRunOptions extends GuardOptions {
  readonly address: ListenAddress;
  /** Builds the ways in. */
  readonly doors: Doors;
}

/** Serves MCP over HTTP until a signal comes; resolves with the exit code. */
export async function runListener(options: ListenerRunOptions): Promise<number> {
  const { address, name, verbose } = options;
  const log = createLog(name, verbose);
  let doors: readonly Door[] = [];
  const countSessions = (): number => doors.reduce((sum, { sessions }) => sum + sessions, 0);
  const metrics = new Metrics(() => guard.runs.size, countSessions);
  const guard = openGuard(options, log, metrics);
  const { proxy } = options.settings;
  const cap = new SessionCap(() => guard.settings().proxy.maxSessions);
  doors = options.doors({ guard, cap });
  const listener = new HttpListener({
    address,
    token: () => guard.settings().proxy.token,
    maxBodyBytes: () => guard.settings().proxy.maxMessageBytes,
    maxConnections: SPARE_CONNECTIONS + CONNECTIONS_PER_SESSION * proxy.maxSessions,
    open: new Set([HEALTH_PATH]),
    onRequest: (request: HttpRequest) => enter(request, doors, () => metrics.text()),
    onConnectionClosed: (connection) =>
      guard.runs.end(clientRunKey({ session: undefined, connection })),
  });
  const ending = new OneTimeEvent<Ending>();
  watchProcess({
    onSignal: (signal) => ending.happen({ by: 'signal', signal }),
    atOnce: () => {
      for (const door of doors) door.killNow();
    },
    verbose,
  });
  let port: number;
  try {
    port = await listener.listen();
  } catch (error) {
    process.stderr.write(`fuze: ${bindProblem(address, error)}\n`);
    guard.close('could not listen');
    return CANNOT_LISTEN;
  }
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const url = `http://${host}:${port}/mcp`;
  process.stderr.write(`fuze: listening on ${url}\n`);
  const clients = { sessions: countSessions, listens: url };
  const leave = announceProxy(options, guard, clients, log);
  const why = await ending.happened;
  listener.stopListening();
  cap.close(FAREWELL);
  await Promise.all(doors.map((door) => door.close(FAREWELL)));
  await listener.close();
  leave();
  guard.close(FAREWELL);
  return exitCodeOf(why);
}

function bindProblem({ host, port }: ListenAddress, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const where = `cannot listen on ${host}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return `${where}: another program listens there. Choose another port, or 0 for any free one.`;
    case 'EACCES':
      return `${where}: not allowed. Ports below 1024 are for root; choose a higher one.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${where}: this machine has no such address.`;
    default:
      return `${where}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
