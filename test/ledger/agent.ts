import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Order } from './agent-program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Compiles the agent program into `folder` and returns its path. Node 20 runs no TypeScript, and `dist`,
 * which might be older than the sources, is left to the black-box tests.
 */
export function compileAgent(folder: string): string {
  const out = join(folder, 'agent');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  symlinkSync(join(root, 'node_modules'), join(out, 'node_modules'), 'junction');
  const config = join(out, 'tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        noCheck: true,
        declaration: false,
        rootDir: root,
        outDir: out,
        typeRoots: [join(root, 'node_modules', '@types')],
      },
      include: [],
      files: [join(root, 'test', 'ledger', 'agent-program.ts')],
    }),
  );
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '-p', config], { stdio: 'pipe' });
  rmSync(config);
  return join(out, 'test', 'ledger', 'agent-program.js');
}

/** A process that works on a ledger. */
export class Agent {
  private constructor(readonly child: ChildProcess) {}

  /** `fileSizeLimit` in KiB bounds every file it writes (RLIMIT_FSIZE). */
  static async start(
    program: string,
    options: { fileSizeLimit?: number; nodeArgs?: readonly string[] } = {},
  ): Promise<Agent> {
    const nodeArgs = options.nodeArgs ?? [];
    const child =
      options.fileSizeLimit === undefined
        ? fork(program, { execArgv: [...nodeArgs] })
        : spawn(
            'bash',
            [
              '-c',
              `ulimit -S -f ${options.fileSizeLimit}; exec "$0" "$@"`,
              process.execPath,
              program,
            ],
            { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
          );
    const agent = new Agent(child);
    await agent.answer();
    return agent;
  }

  /** Carries out one order and returns its value; throws what the agent threw. */
  async order(order: Order): Promise<unknown> {
    const answer = this.answer();
    this.child.send(order);
    return await answer;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  private async answer(): Promise<unknown> {
    const ended = new AbortController();
    const onExit = (): void => ended.abort();
    this.child.once('exit', onExit);
    try {
      const [message]: unknown[] = await once(this.child, 'message', { signal: ended.signal });
      if (typeof message !== 'object' || message === null) throw new Error('not an answer');
      if ('error' in message) throw new Error(String(message.error));
      return 'value' in message ? (message.value ?? undefined) : undefined;
    } finally {
      this.child.off('exit', onExit);
    }
  }
}
