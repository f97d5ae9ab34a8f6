import { isatty } from 'node:tty';
import { LineTransport } from '../transport/line-transport.js';
import { pipeSink } from '../transport/pipe-sink.js';
import { stdinSource } from '../transport/pipe-source.js';
import { announceProxy } from './announcement.js';
import { type Ending, exitCodeOf, farewell } from './endings.js';
import { openGuard } from './guarded-sessions.js';
import { createLog } from './log.js';
import { OneTimeEvent } from './one-time-event.js';
import { openProcess } from './process-upstream.js';
import type { ProxyOptions } from './proxy-options.js';
import type { ServerUrl, Upstream } from './upstream.js';
import { watchProcess } from './watch-process.js';

/** How long answers that are on their way may take to arrive after the client has left. */
const GRACE_MS = 1_000;
/** How long to wait for the first request, to tell the client why the server did not start. */
const FIRST_REQUEST_MS = 5_000;
/** How long the client may take to read the last answers: one that has left, and one that is still there. */
const LAST_READ_MS = { left: 200, there: 5_000 } as const;

/** How often to look whether the client has died, while it is made to wait and its end of file cannot be seen. */
const ORPHAN_POLL_MS = 500;

/** Runs the proxy on this process's stdin and stdout until one side ends; resolves with the exit code. */
export async function runProxy(options: ProxyOptions): Promise<number> {
  // Before anything else is done: the server's own start takes longest.
  const { maxMessageBytes } = options.settings.proxy;
  const { server } = options;
  const upstream =
    'url' in server
      ? await reach(server, maxMessageBytes)
      : openProcess(server, maxMessageBytes, true);
  const log = createLog(options.name, options.verbose);
  const ending = new OneTimeEvent<Ending>();
  const told = new OneTimeEvent<void>();
  /** The client has closed its end, or a signal came: from here on nobody may be kept waiting. */
  const left = new OneTimeEvent<void>();
  const guard = openGuard(options, log);
  const session = guard.open(
    {
      // What goes to a server by HTTP waits there, and must not change.
      client: new LineTransport(
        stdinSource(),
        pipeSink(process.stdout),
        maxMessageBytes,
        !('url' in server),
      ),
      server: upstream.transport,
      onClientEnd: () => {
        left.happen();
        ending.happen({ by: 'client' });
      },
      onServerEnd: () => upstream.transportEnded(),
      onDisconnect: () => ending.happen({ by: 'kill' }),
      onRefusedGone: () => told.happen(),
    },
    'own',
  );
  watchProcess({
    onSignal: (signal) => {
      left.happen();
      ending.happen({ by: 'signal', signal });
    },
    atOnce: () => upstream.killNow(),
    verbose: options.verbose,
  });
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (!session.holdsClientBack || process.ppid === parent) return;
    left.happen();
    ending.happen({ by: 'client' });
  }, ORPHAN_POLL_MS);
  void upstream.ended.happened.then((why) => ending.happen(why));
  session.start();
  const leave = announceProxy(options, guard, { sessions: () => 1, listens: null }, log);

  const why = await ending.happened;
  clearInterval(orphaned);
  if (why.by === 'start') process.stderr.write(`fuze: ${why.error.message}\n`);
  if (why.by === 'client' || why.by === 'signal') {
    await Promise.race([session.idle.within(GRACE_MS), upstream.ended.happened]);
  }
  // A server that goes in the meantime answers nothing more, and the reason is then its own.
  const last = upstream.ended.value ?? why;
  session.abandon(farewell(last), last.by === 'server' ? 'server exited' : 'fuze stopped');
  if (why.by === 'start' && !isatty(0)) {
    await Promise.race([told.within(FIRST_REQUEST_MS), left.happened]);
  }
  await upstream.stop();
  leave();
  guard.close(farewell(why));
  await lastRead(left);
  return exitCodeOf(why);
}

/** What speaks HTTP is loaded only where it is needed: beside a server that fuze starts, it would be felt. */
async function reach(server: ServerUrl, maxMessageBytes: number): Promise<Upstream> {
  const { openUrl } = await import('./url-upstream.js');
  return openUrl(server, maxMessageBytes);
}

/** Waits until the client has read the last answers. */
async function lastRead(left: OneTimeEvent<void>): Promise<void> {
  const read = new OneTimeEvent<void>();
  process.stdout.write('', () => read.happen());
  await Promise.race([
    read.within(LAST_READ_MS.there),
    left.happened.then(() => read.within(LAST_READ_MS.left)),
  ]);
}
