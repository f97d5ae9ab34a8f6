import { ServerProcess, ServerStartError } from '../transport/server-process.js';
import { type Ending, exitCodeOf } from './endings.js';
import { watchProcess } from './watch-process.js';

const STOP_MS = 500;

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
  server.input.pipe(process.stdout).on('error', left);
  try {
    const exit = await server.exited;
    return exitCodeOf(ending ?? { by: 'server', exit });
  } catch (error) {
    if (!(error instanceof ServerStartError)) throw error;
    process.stderr.write(`fuze: ${error.message}\n`);
    return error.exitCode;
  }
}
