import { LineTransport } from '../transport/line-transport.js';
import { type ServerExit, ServerProcess, ServerStartError } from '../transport/server-process.js';
import type { ServerTransport } from '../transport/transport.js';
import type { Ending } from './endings.js';
import { OneTimeEvent } from './one-time-event.js';
import type { ServerCommand } from './proxy-options.js';
import { relayStderr } from './stderr.js';

/** How long the output of a server that has exited may take to end: a grandchild can hold it open. */
const LAST_OUTPUT_MS = 200;
/** How long a server that closed its output may take to exit. */
const LAST_BREATH_MS = 300;
/** Between end of file, SIGTERM and SIGKILL. */
const STOP_MS = 200;

/** How the server ended, where it did so by itself. */
export type ServerEnding = Extract<Ending, { by: 'server' | 'start' }>;

/** The server side of a session, with its life. */
export interface Upstream {
  readonly transport: ServerTransport;
  /** Happens when the last of its stderr has been read. */
  readonly stderrRead: OneTimeEvent<void>;
  /**
   * Happens when the server is gone: it exited and its last output is in, or it closed its output though it lives on.
   * `outputWaits` tells whether its output is held back, so that its end cannot be seen.
   */
  watch(outputEnded: OneTimeEvent<void>, outputWaits: () => boolean): OneTimeEvent<ServerEnding>;
  /** Ends the server; resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** The same without waiting. */
  killNow(): void;
}

/** A server that fuze starts, on a pipe. */
export class ChildUpstream implements Upstream {
  readonly transport: ServerTransport;
  readonly stderrRead: OneTimeEvent<void>;
  private readonly server: ServerProcess;

  constructor({ command, args }: ServerCommand, maxMessageBytes: number) {
    this.server = new ServerProcess(command, args);
    this.stderrRead = relayStderr(this.server.errors);
    this.transport = new LineTransport(this.server.input, this.server.output, maxMessageBytes);
  }

  watch(outputEnded: OneTimeEvent<void>, outputWaits: () => boolean): OneTimeEvent<ServerEnding> {
    const { server } = this;
    const ending = new OneTimeEvent<ServerEnding>();
    const onExit = async (exit: ServerExit): Promise<void> => {
      while (!(await outputEnded.within(LAST_OUTPUT_MS)) && outputWaits());
      ending.happen({ by: 'server', exit });
    };
    const onStartError = (error: unknown): void => {
      if (!(error instanceof ServerStartError)) throw error;
      ending.happen({ by: 'start', error });
    };
    const onOutputEnd = async (): Promise<void> => {
      const exited = new OneTimeEvent<void>();
      server.exited.then(
        () => exited.happen(),
        () => exited.happen(),
      );
      if (await exited.within(LAST_BREATH_MS)) return;
      ending.happen({ by: 'server', exit: { exitCode: 1, description: 'it closed its streams' } });
    };
    void server.exited.then(onExit, onStartError);
    void outputEnded.happened.then(onOutputEnd);
    return ending;
  }

  stop(): Promise<void> {
    return this.server.stop(STOP_MS);
  }

  killNow(): void {
    this.server.killNow();
  }
}
