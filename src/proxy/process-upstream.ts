import { LineTransport } from '../transport/line-transport.js';
import { pipeSink } from '../transport/pipe-sink.js';
import { type ServerExit, ServerProcess, ServerStartError } from '../transport/server-process.js';
import { spawnServer } from '../transport/spawn-server.js';
import type { Ending } from './endings.js';
import { OneTimeEvent } from './one-time-event.js';
import { patientWait } from './patient-wait.js';
import { relayStderr } from './stderr.js';
import type { ServerCommand, Upstream } from './upstream.js';

/** Between end of file, SIGTERM and SIGKILL. */
const STOP_MS = 200;
/** How long the last of its stderr may take to be read. */
const LAST_STDERR_MS = 200;
/** How long the output of a server that has exited may take to end: a grandchild can hold it open. */
const LAST_OUTPUT_MS = 200;
/** How long a server that closed its input or its output may take to exit. */
const LAST_BREATH_MS = 300;

/** Starts a server and speaks to it over its stdin and stdout. */
export function openProcess(
  { command, args, started }: ServerCommand,
  maxMessageBytes: number,
  /** See `Transport`. */
  lends: boolean,
): Upstream {
  const server = new ServerProcess(started ?? spawnServer(command, args));
  const stderrRead = relayStderr(server.errors);
  const outputEnded = new OneTimeEvent<void>();
  const inputBroke = new OneTimeEvent<void>();
  const onBroken = (): void => inputBroke.happen();
  const sink = pipeSink(server.output);
  return {
    transport: new LineTransport(server.input, sink, maxMessageBytes, lends, onBroken),
    ended: watchServer(server, outputEnded, inputBroke),
    transportEnded: () => outputEnded.happen(),
    stop: async () => {
      await server.stop(STOP_MS);
      await stderrRead.within(LAST_STDERR_MS);
    },
    killNow: () => server.killNow(),
  };
}

/** The server's end: its exit once its last output is in, or one of its streams closed though it lives on. */
function watchServer(
  server: ServerProcess,
  outputEnded: OneTimeEvent<void>,
  inputBroke: OneTimeEvent<void>,
): OneTimeEvent<Ending> {
  const ending = new OneTimeEvent<Ending>();
  const isHeldBack = (): boolean => server.input.isPaused;
  const onExit = async (exit: ServerExit): Promise<void> => {
    await patientWait(outputEnded, LAST_OUTPUT_MS, isHeldBack);
    ending.happen({ by: 'server', exit });
  };
  const onStartError = (error: unknown): void => {
    if (!(error instanceof ServerStartError)) throw error;
    ending.happen({ by: 'start', error });
  };
  const onStreamEnd = async (stream: 'input' | 'output'): Promise<void> => {
    const exited = new OneTimeEvent<void>();
    server.exited.then(
      () => exited.happen(),
      () => exited.happen(),
    );
    if (await patientWait(exited, LAST_BREATH_MS)) return;
    ending.happen({ by: 'server', exit: { exitCode: 1, description: `it closed its ${stream}` } });
  };
  void server.exited.then(onExit, onStartError);
  void outputEnded.happened.then(() => onStreamEnd('output'));
  void inputBroke.happened.then(() => onStreamEnd('input'));
  return ending;
}
