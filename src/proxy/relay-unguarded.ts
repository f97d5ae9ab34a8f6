import { setTimeout as sleep } from 'node:timers/promises';
import { PROXY_ONLY_DEFAULTS } from '../config/defaults.js';
import { ErrorCode } from '../jsonrpc/error-code.js';
import { errorReply } from '../jsonrpc/reply.js';
import { LineTransport } from '../transport/line-transport.js';
import { pipeSink } from '../transport/pipe-sink.js';
import { stdinSource } from '../transport/pipe-source.js';
import { type Ending, exitCodeOf } from './endings.js';
import { OneTimeEvent } from './one-time-event.js';
import { sayUnguarded, writeStderr } from './stderr.js';
import type { ServerUrl } from './upstream.js';
import { openUrl } from './url-upstream.js';
import { watchProcess } from './watch-process.js';

/** For answers that are on their way when the client leaves. */
const GRACE_MS = 500;
/** Above this one side's reader is behind, and the other side waits. */
const BACKLOG_MARK = 1 << 20;

/**
 * The off switch for a remote server: messages pass between the pipe and HTTP, and nothing is judged. Resolves
 * with the exit code.
 */
export async function relayUnguarded(server: ServerUrl, verbose: boolean): Promise<number> {
  // Not the user's: nothing is read that could be wrong.
  const maxMessageBytes = PROXY_ONLY_DEFAULTS.max_message_bytes;
  sayUnguarded();
  const client = new LineTransport(stdinSource(), pipeSink(process.stdout), maxMessageBytes);
  const upstream = openUrl(server, maxMessageBytes);
  const { transport } = upstream;
  const ending = new OneTimeEvent<Ending>();
  const balance = (): void => {
    if (client.backlog > BACKLOG_MARK) transport.pause();
    else transport.resume();
    if (transport.backlog > BACKLOG_MARK) client.pause();
    else client.resume();
  };
  const tooLong = (length: number): void => {
    writeStderr(`fuze: not passed on: a message of ${length} bytes\n`);
  };
  watchProcess({
    onSignal: (signal) => ending.happen({ by: 'signal', signal }),
    atOnce: () => upstream.killNow(),
    verbose,
  });
  const common = { drained: balance, left: () => {} };
  client.start({
    ...common,
    messages: (frames) => {
      for (const frame of frames) {
        if (frame.kind === 'line') transport.send(frame.raw);
        else tooLong(frame.length);
      }
      transport.flush();
      balance();
    },
    lost: () => {},
    ended: () => ending.happen({ by: 'client' }),
  });
  transport.start({
    ...common,
    messages: (frames) => {
      for (const frame of frames) {
        if (frame.kind === 'line') client.send(frame.raw);
        else tooLong(frame.length);
      }
      client.flush();
      balance();
    },
    lost: (requests, { reason }) => {
      if ('has' in requests) return;
      for (const { raw } of requests)
        client.send(errorReply(raw, ErrorCode.Refused, `fuze: ${reason}`));
      client.flush();
    },
    ended: () => {},
  });
  const why = await ending.happened;
  if (why.by === 'client') await sleep(GRACE_MS);
  await upstream.stop();
  return exitCodeOf(why);
}
