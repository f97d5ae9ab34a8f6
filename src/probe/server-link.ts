import { LineTransport } from '../transport/line-transport.js';
import { pipeSink } from '../transport/pipe-sink.js';
import { openRemote } from '../transport/remote-upstream.js';
import { ServerProcess, ServerStartError } from '../transport/server-process.js';
import { spawnServer } from '../transport/spawn-server.js';
import type { ServerTransport } from '../transport/transport.js';
import { UpstreamTarget } from '../transport/upstream-request.js';
import { ProbeError, type ProbeTarget } from './probe-target.js';

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Between end of file, SIGTERM and SIGKILL. */
const STOP_MS = 500;
/** Of what a server says on stderr, its last words tell most. */
const STDERR_KEPT = 2_000;

/** A connection to a server that is looked at. */
export interface ServerLink {
  readonly transport: ServerTransport;
  /** Rejects with ProbeError when the server ends by itself; never resolves. */
  readonly failed: Promise<never>;
  /** Ends it, and all that it started. */
  stop(): Promise<void>;
}

function openCommand(target: Extract<ProbeTarget, { command: string }>): ServerLink {
  const server = new ServerProcess(spawnServer(target.command, target.args, target.where));
  let stderr = '';
  server.errors.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const failed = server.exited.then(
    ({ description }): never => {
      const said = stderr.trim();
      const words = said === '' ? ' and said nothing on stderr' : `. Its last words:\n${said}`;
      throw new ProbeError(`the server ended (${description}) before it told its tools${words}`);
    },
    (error: unknown): never => {
      throw error instanceof ServerStartError ? new ProbeError(error.message) : error;
    },
  );
  const atExit = (): void => server.killNow();
  process.on('exit', atExit);
  return {
    transport: new LineTransport(server.input, pipeSink(server.output), MAX_MESSAGE_BYTES),
    failed,
    stop: async () => {
      await server.stop(STOP_MS);
      process.off('exit', atExit);
    },
  };
}

function openUrl({
  url,
  transport: kind,
  headers,
}: Extract<ProbeTarget, { url: URL }>): ServerLink {
  const target = new UpstreamTarget(url);
  const options = { target, maxMessageBytes: MAX_MESSAGE_BYTES, headers };
  const transport = openRemote(options, kind);
  return {
    transport,
    failed: new Promise(() => {}),
    stop: async () => {
      await transport.close();
      target.close();
    },
  };
}

export function openLink(target: ProbeTarget): ServerLink {
  const link = 'url' in target ? openUrl(target) : openCommand(target);
  // Whoever waits for an answer hears of it; after that nobody does, and that is no fault.
  link.failed.catch(() => {});
  return link;
}
