import { ServerProcess, ServerStartError } from '../transport/server-process.js';
import { type Ending, exitCodeOf } from './endings.js';
import { OneTimeEvent } from './one-time-event.js';
import { watchProcess } from './watch-process.js';

const STOP_MS = 500;
/** How long the client may take to read what the server wrote last: after the server's end, and its own. */
const LAST_READ_MS = { server: 5_000, client: 300 } as const;

/** The off switch: the streams are joined and nothing is looked at. Resolves with the exit code. */
export async function passThrough(
  command: string,
  args: readonly string[],
  verbose: boolean,
): Promise<number> {
  process.stderr.write('fuze: switched off by the environment, every call passes unguarded\n');
  const server = new ServerProcess(command, args);
  let ending: Ending | undefined;
  const stop = (why: Ending): void => {
    ending ??= why;
    void server.stop(STOP_MS);
  };
  const left = (): void => stop({ by: 'client' });
  watchProcess({
    onSignal: (signal) => stop({ by: 'signal', signal }),
    atOnce: () => server.killNow(),
    verbose,
  });
  process.stdin.on('end', left).pipe(server.output).on('error', left);
  const read = new OneTimeEvent<void>();
  server.input.pipe(process.stdout).on('error', left);
  server.input.on('end', () => process.stdout.write('', () => read.happen()));
  try {
    const exit = await server.exited;
    await read.within(LAST_READ_MS[ending === undefined ? 'server' : 'client']);
    return exitCodeOf(ending ?? { by: 'server', exit });
  } catch (error) {
    if (!(error instanceof ServerStartError)) throw error;
    process.stderr.write(`fuze: ${error.message}\n`);
    return error.exitCode;
  }
}
