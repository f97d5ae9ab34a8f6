import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { descendantsOf, killAll } from '../process/descendants.js';
import type { ByteSource } from './byte-source.js';
import { killTree, type SpawnedServer } from './spawn-server.js';

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

/** A server that fuze has started, and how it ends. */
export class ServerProcess {
  readonly input: ByteSource;
  readonly output: Writable;
  /** Its stderr; somebody must read it, or the server waits. */
  readonly errors: Readable;
  /** Resolves when the process itself has ended, or rejects with ServerStartError. */
  readonly exited: Promise<ServerExit>;
  private over = false;

  constructor(private readonly spawned: SpawnedServer) {
    this.input = spawned.input;
    this.output = spawned.output;
    this.errors = spawned.errors;
    this.exited = this.watch();
  }

  private async watch(): Promise<ServerExit> {
    const { command, exited } = this.spawned;
    try {
      const { code, signal } = await exited;
      this.over = true;
      return signal === null
        ? { exitCode: code ?? 0, description: `code ${code ?? 0}` }
        : { exitCode: 128 + constants.signals[signal], description: `signal ${signal}` };
    } catch (error) {
      throw startError(command, error);
    }
  }

  /** Sends a signal to the whole group; false when nothing of it is left. */
  private signal(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.spawned;
    if (pid === undefined) return false;
    try {
      if (process.platform === 'win32') {
        if (signal !== 'SIGKILL') return !this.over;
        killTree(pid);
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
    const { pid } = this.spawned;
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
    const { pid } = this.spawned;
    const strays = pid === undefined || this.over ? [] : descendantsOf(pid);
    this.signal('SIGKILL');
    killAll(strays);
  }
}
