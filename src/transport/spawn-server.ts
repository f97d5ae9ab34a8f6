import { PassThrough, type Readable, type Writable } from 'node:stream';
import spawn from 'cross-spawn';
import { type ByteSource, streamSource } from './byte-source.js';
import { childSource } from './pipe-source.js';

/** Where a server runs, if not where fuze does. */
export interface ServerSurroundings {
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** A server process, as the system started it. */
export interface SpawnedServer {
  readonly command: string;
  readonly args: readonly string[];
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** Its stdout, stdin and stderr. */
  readonly input: ByteSource;
  readonly output: Writable;
  readonly errors: Readable;
  /** Resolves when the process itself has ended, though others may hold its streams; rejects with the system's error. */
  readonly exited: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
  }>;
}

/** Starts a server in a process group of its own: a server is often `sh -c` or `npx`, and what they started must go with them. */
export function spawnServer(
  command: string,
  args: readonly string[],
  where?: ServerSurroundings,
): SpawnedServer {
  try {
    const child = spawn(command, [...args], {
      ...where,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
      (resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code, signal) => resolve({ code, signal }));
      },
    );
    // Whoever starts it early may not have come to wait for it yet.
    exited.catch(() => {});
    const { pid, stdout: input, stdin: output, stderr: errors } = child;
    if (input === null || output === null || errors === null) throw new Error('it has no pipes');
    return { command, args, pid, input: childSource(input), output, errors, exited };
  } catch (error) {
    // What the system does not even try, such as a command with a NUL in it.
    const exited = Promise.reject(error);
    exited.catch(() => {});
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    return {
      command,
      args,
      pid: undefined,
      input: streamSource(input.end()),
      output,
      errors: errors.end(),
      exited,
    };
  }
}

/** Ends what a server left running, with all that it started: Windows has no process groups. */
export function killTree(pid: number): void {
  spawn.sync('taskkill', ['/pid', String(pid), '/t', '/f']);
}
