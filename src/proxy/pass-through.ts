import { ServerProcess, ServerStartError } from '../transport/server-process.js';
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
  const stop = (): void => void server.stop(STOP_MS);
  watchProcess({ onSignal: stop, atOnce: () => server.killNow(), verbose });
  process.stdin.pipe(server.output).on('error', stop);
  server.input.pipe(process.stdout).on('error', stop);
  process.stdin.on('end', stop);
  try {
    const { exitCode } = await server.exited;
    return exitCode;
  } catch (error) {
    if (!(error instanceof ServerStartError)) throw error;
    process.stderr.write(`fuze: ${error.message}\n`);
    return error.exitCode;
  }
}
