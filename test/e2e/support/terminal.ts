import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { onTeardown } from './teardown.js';
import { fuzeBin, type Workspace } from './workspace.js';

const script = fileURLToPath(new URL('terminal.py', import.meta.url));
const FRAME = '\u001b[H';

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is to go.
  return text.replace(/\u001b\[[?0-9;]*[A-Za-z]/g, '');
}

/** `fuze <args>` on a terminal of 80 columns and 24 rows. */
export class Terminal {
  /** Everything that the terminal was sent. */
  output = '';
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly closed: Promise<unknown>;

  constructor(args: readonly string[], workspace: Workspace) {
    this.child = spawn('python3', [script, process.execPath, fuzeBin, ...args], {
      cwd: workspace.dir,
      env: workspace.env({ TERM: 'xterm-256color' }),
    });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.closed = once(this.child, 'close');
    onTeardown(() => {
      this.child.kill('SIGKILL');
    });
  }

  /** The lines of the last frame that was drawn. */
  get screen(): string[] {
    const frame = this.output.slice(this.output.lastIndexOf(FRAME));
    return withoutControls(frame).split(/\r+\n/);
  }

  shows(pattern: RegExp): Promise<void> {
    return expect.poll(() => this.screen.join('\n'), { timeout: 15_000 }).toMatch(pattern);
  }

  type(keys: string): void {
    this.child.stdin.write(keys);
  }

  /** The exit code. */
  async exit(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }
}
