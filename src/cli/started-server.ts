import { Readable } from 'node:stream';
import { type SpawnedServer, spawnServer } from '../transport/spawn-server.js';

let started: SpawnedServer | undefined;

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/**
 * Listens for a stream to become readable, and reads nothing: what comes then waits. Without it, Node lets the streams
 * of a child that exits flow to nobody.
 */
const hold = (): void => {};

/** The stream for its reader, who listens at once. The end of one in which nothing came could not be held back. */
function release(stream: Readable): Readable {
  stream.off('readable', hold);
  return stream.readableEnded ? Readable.from([]) : stream;
}

function isStarted(command: string, args: readonly string[]): boolean {
  return (
    started?.command === command &&
    started.args.length === args.length &&
    started.args.every((word, at) => word === args[at])
  );
}

/**
 * Starts a server for whoever takes it later, so that the two load at the same time; what it writes waits. Does
 * nothing if it was started already; another one that was is ended.
 */
export function startServer(command: string, args: readonly string[]): void {
  if (isStarted(command, args)) return;
  if (started?.pid !== undefined) killGroup(started.pid);
  const server = spawnServer(command, args);
  started = server;
  server.errors.on('readable', hold);
  process.once('exit', () => {
    if (started === server && server.pid !== undefined) killGroup(server.pid);
  });
}

/** The server that was started, once, for who reads its streams from now on. */
export function takeServer(): SpawnedServer | undefined {
  const server = started;
  started = undefined;
  return server && { ...server, errors: release(server.errors) };
}
