import { PipedProcess } from './piped-process.js';
import { type Command, fuzeBin, Workspace } from './workspace.js';

export { Message } from './message.js';
export { type Exit, PipedProcess } from './piped-process.js';
export { type Command, fixture, fuzeBin, Workspace } from './workspace.js';

export interface StartOptions {
  /** Text of fuze.toml; not together with `workspace`, which has its own. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A workspace to go on in, for a second start over the same state. */
  readonly workspace?: Workspace;
  /** Default: the workspace's folder. */
  readonly cwd?: string;
}

export interface ProxyOptions extends StartOptions {
  /** Options of `fuze proxy`, before the `--`. */
  readonly flags?: readonly string[];
}

/** A running process and the folder that it runs in. */
export class FuzeProcess extends PipedProcess {
  constructor(
    command: Command,
    readonly workspace: Workspace,
    options: StartOptions,
  ) {
    super(command, { cwd: options.cwd ?? workspace.dir, env: workspace.env(options.env) });
  }
}

/** Starts any command in a workspace: a server without fuze, for comparison. */
export function startDirect(command: Command, options: StartOptions = {}): FuzeProcess {
  const workspace = options.workspace ?? new Workspace(options.config);
  return new FuzeProcess(command, workspace, options);
}

/** Starts `fuze <args>`. */
export function startFuze(args: readonly string[], options: StartOptions = {}): FuzeProcess {
  return startDirect([process.execPath, fuzeBin, ...args], options);
}

/** Starts `fuze proxy <flags> -- <server>`. */
export function startProxy(server: Command, options: ProxyOptions = {}): FuzeProcess {
  return startFuze(['proxy', ...(options.flags ?? []), '--', ...server], options);
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly workspace: Workspace;
}

/** Runs `fuze <args>` to its end, with `input` on its stdin. */
export async function runFuze(
  args: readonly string[],
  options: StartOptions & { readonly input?: string | Buffer } = {},
): Promise<Finished> {
  const running = startFuze(args, options);
  const stdout: Buffer[] = [];
  running.child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  running.child.stdin.end(options.input ?? '');
  const exit = await running.closed;
  return {
    ...exit,
    stdout: Buffer.concat(stdout).toString('utf8'),
    stderr: running.stderr,
    workspace: running.workspace,
  };
}
