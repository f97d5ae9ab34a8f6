import { pipeSink } from '../transport/pipe-sink.js';
import { stdinSource } from '../transport/pipe-source.js';
import { ServerProcess, ServerStartError } from '../transport/server-process.js';
import { spawnServer } from '../transport/spawn-server.js';
import { splice } from '../transport/splice.js';
import { within } from '../transport/within.js';
import { type Ending, exitCodeOf } from './endings.js';
import { OneTimeEvent } from './one-time-event.js';
import { relayStderr, sayUnguarded } from './stderr.js';
import { watchProcess } from './watch-process.js';

const STOP_MS = 500;
/** How long a server that closed its input may take to exit. */
const LAST_BREATH_MS = 300;
/** How long the client may take to read what the server wrote last: one that has left, and one that is still there. */
const LAST_READ_MS = { there: 5_000, left: 300 } as const;

/** The off switch: the streams are joined and nothing is looked at. Resolves with the exit code. */
export async function passThrough(
  command: string,
  args: readonly string[],
  verbose: boolean,
): Promise<number> {
  sayUnguarded();
  const server = new ServerProcess(spawnServer(command, args));
  let ending: Ending | undefined;
  const stopped = new OneTimeEvent<void>();
  const stop = (why: Ending): void => {
    ending ??= why;
    stopped.happen();
    void server.stop(STOP_MS);
  };
  const left = (): void => stop({ by: 'client' });
  // A server that takes nothing more may be about to exit, and its exit code tells why.
  const deaf = async (): Promise<void> => {
    if (!(await within(server.exited, LAST_BREATH_MS))) left();
  };
  watchProcess({
    onSignal: (signal) => stop({ by: 'signal', signal }),
    atOnce: () => server.killNow(),
    verbose,
  });
  const read = new OneTimeEvent<void>();
  const stderrRead = relayStderr(server.errors);
  splice(stdinSource(), pipeSink(server.output), { ended: left, broken: () => void deaf() });
  splice(server.input, pipeSink(process.stdout), {
    ended: () => process.stdout.write('', () => read.happen()),
    broken: left,
  });
  try {
    const exit = await server.exited;
    const why = ending ?? { by: 'server', exit };
    await Promise.all([
      stderrRead.within(LAST_READ_MS.left),
      Promise.race([
        read.within(LAST_READ_MS.there),
        stopped.happened.then(() => read.within(LAST_READ_MS.left)),
      ]),
    ]);
    return exitCodeOf(why);
  } catch (error) {
    if (!(error instanceof ServerStartError)) throw error;
    process.stderr.write(`fuze: ${error.message}\n`);
    return error.exitCode;
  }
}
