import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { execa, execaSync } from 'execa';
import { descendantsOf, killAll } from '../process/descendants.js';

/** How the server process ended. */
export interface ServerExit {
  /** The exit code that fuze passes on: the server's own, or 128 + signal number. */
  readonly exitCode: number;
  /** For people: `code 3`, `signal SIGKILL`. */
  readonly description: string;
}

/** Why the server could not be started, with the exit code that shells use for it. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';

  constructor(
    message: string,
    readonly exitCode: 126 | 127,
  ) {
    super(message);
  }
}

const POLL_MS = 20;

function startError(command: string, cause: unknown): ServerStartError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') {
    return new ServerStartError(
      `cannot start the server: command not found: ${command}. Check the words after "--", and that the command is on the PATH that the client passes on.`,
      127,
    );
  }
  const detail = code === 'EACCES' ? 'permission denied, is it executable?' : String(code ?? cause);
  return new ServerStartError(`cannot start the server: ${command}: ${detail}`, 126);
}

/** Where a server runs, if not where fuze does. */
export interface ServerSurroundings {
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

function start(command: string, args: readonly string[], where: ServerSurroundings | undefined) {
  return execa(command, args, {
    ...(where === undefined ? {} : { ...where, extendEnv: false }),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    detached: process.platform !== 'win32',
    // Ended by `stop` and `killNow`, which reach the whole group.
    cleanup: false,
  });
}

/**
 * A server that fuze starts, in a process group of its own: a server is often `sh -c` or `npx`, and what
 * they started must go with them.
 */
export class ServerProcess {
  readonly input: Readable;
  readonly output: Writable;
  /** Its stderr; somebody must read it, or the server waits. */
  readonly errors: Readable;
  /** Resolves when the process itself has ended, or rejects with ServerStartError. */
  readonly exited: Promise<ServerExit>;
  private readonly child: ReturnType<typeof start>;
  private over = false;

  constructor(command: string, args: readonly string[], where?: ServerSurroundings) {
    this.child = start(command, args, where);
    this.input = this.child.stdout;
    this.output = this.child.stdin;
    this.errors = this.child.stderr;
    this.exited = this.watch(command);
  }

  private watch(command: string): Promise<ServerExit> {
    return new Promise((resolve, reject) => {
      // Not the promise of execa: that one waits for the streams, which a grandchild can hold open.
      this.child.once('error', (error) => reject(startError(command, error)));
      // What the system does not even try, such as a command with a NUL in it, raises no event.
      if (this.child.pid === undefined) {
        void this.child.then(({ cause }) => reject(startError(command, cause)));
      }
      this.child.once('exit', (code, signal) => {
        this.over = true;
        resolve(
          signal === null
            ? { exitCode: code ?? 0, description: `code ${code ?? 0}` }
            : { exitCode: 128 + constants.signals[signal], description: `signal ${signal}` },
        );
      });
    });
  }

  /** Sends a signal to the whole group; false when nothing of it is left. */
  private signal(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.child;
    if (pid === undefined) return false;
    try {
      if (process.platform === 'win32') {
        if (signal !== 'SIGKILL') return !this.over;
        // Windows has no process groups: taskkill /T walks the tree.
        execaSync('taskkill', ['/pid', String(pid), '/t', '/f'], { reject: false });
        return true;
      }
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }

  private async gone(within: number): Promise<boolean> {
    const end = performance.now() + within;
    while (this.signal(0)) {
      if (performance.now() >= end) return false;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return true;
  }

  /**
   * Ends the server: its input is closed, then SIGTERM, then SIGKILL, each after `grace` milliseconds.
   * Resolves when nothing of its process group is left, nor of what it started outside of it.
   */
  async stop(grace: number): Promise<void> {
    const { pid } = this.child;
    // Seen while their parents live: an orphan's origin cannot be told.
    const strays = pid === undefined || this.over ? [] : descendantsOf(pid);
    if (this.output.writable) this.output.end();
    if (!(await this.gone(grace))) {
      this.signal('SIGTERM');
      if (!(await this.gone(grace))) {
        this.signal('SIGKILL');
        await this.gone(grace);
      }
    }
    killAll(strays);
  }

  /** Ends everything at once, without waiting. */
  killNow(): void {
    const { pid } = this.child;
    const strays = pid === undefined || this.over ? [] : descendantsOf(pid);
    this.signal('SIGKILL');
    killAll(strays);
  }
}
