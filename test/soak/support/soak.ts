import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, fuzeBin, Workspace } from '../../e2e/support/fuze-process.js';
import { memoryOf } from '../../e2e/support/raw-proxy.js';
import { onTeardown } from '../../e2e/support/teardown.js';

/** What memory may grow by, in bytes: the promise of the project. */
export const FLAT = 20 * 1024 * 1024;
/** True for the long form, `npm run soak`. */
export const LONG = process.env.FUZE_SOAK === '1';

const LF = 0x0a;
const WINDOW = 64;
const SAMPLES = 200;

/** Resident memory in bytes. */
export interface Figures {
  /** After the warm-up. */
  readonly base: number;
  /** The most that was seen later. */
  readonly peak: number;
}

/** fuze under load, spoken to by a client that keeps nothing, so that it is fast and stays small itself. */
export class Soak {
  readonly workspace: Workspace;
  readonly child: ChildProcessWithoutNullStreams;
  stderr = '';
  /** Lines that came from fuze. */
  lines = 0;
  /** The end of what came last. */
  last = '';
  #onLines = (): void => {};

  constructor(server: Command, config: string) {
    this.workspace = new Workspace(config);
    const program = [fuzeBin, 'proxy', '--', ...server];
    const { dir } = this.workspace;
    const options = { cwd: dir, env: this.workspace.env(), stdio: 'pipe' } as const;
    this.child = spawn(process.execPath, program, options);
    this.child.stderr.on('data', (text) => {
      this.stderr = (this.stderr + String(text)).slice(-4_000);
    });
    this.child.stdout.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) this.lines += 1;
      this.last = chunk.toString('latin1', Math.max(0, chunk.length - 2_000));
      this.#onLines();
    });
    this.child.stdin.on('error', () => {});
    onTeardown(() => void this.child.kill('SIGKILL'));
  }

  get memory(): number {
    if (this.child.pid === undefined) throw new Error('fuze did not start');
    return memoryOf(this.child.pid, 'VmRSS');
  }

  /** The process that fuze started. */
  get serverPid(): number {
    const { pid } = this.child;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]);
  }

  /** Sends `total` requests, some in flight at a time, each answered by one line; the first tenth is the warm-up. */
  async flow(total: number, request: (id: number) => string): Promise<Figures> {
    const start = this.lines;
    let sent = 0;
    let base: number | undefined;
    let peak = 0;
    let next = total / 10;
    await new Promise<void>((resolve, reject) => {
      const ended = (): void => reject(new Error(`fuze ended early: ${this.stderr}`));
      this.child.once('exit', ended);
      this.#onLines = () => {
        const done = this.lines - start;
        if (done >= next) {
          const now = this.memory;
          base ??= now;
          peak = Math.max(peak, now);
          next += total / SAMPLES;
        }
        if (done === total) {
          this.child.off('exit', ended);
          resolve();
          return;
        }
        let lines = '';
        while (sent < total && sent - done < WINDOW) {
          sent += 1;
          lines += `${request(sent)}\n`;
        }
        if (lines !== '') this.child.stdin.write(lines);
      };
      this.#onLines();
    });
    this.#onLines = () => {};
    return { base: base ?? peak, peak };
  }

  /** Sends lines without waiting for anything; what the pipe does not take waits in this process. */
  send(lines: readonly string[]): void {
    for (const line of lines) this.child.stdin.write(`${line}\n`);
  }

  /** Resolves when so many lines have come in all. */
  async receives(lines: number): Promise<void> {
    while (this.lines < lines) await sleep(2);
  }

  /** The most memory until nothing has moved for a second: neither in the pipe to fuze nor in its memory. */
  async standstill(): Promise<number> {
    let peak = 0;
    let still = 0;
    let before = '';
    while (still < 50) {
      await sleep(20);
      const { memory } = this;
      peak = Math.max(peak, memory);
      const now = `${this.child.stdin.writableLength} ${this.lines} ${memory}`;
      still = now === before ? still + 1 : 0;
      before = now;
    }
    return peak;
  }

  async end(): Promise<void> {
    const closed = new Promise<number | null>((resolve) => this.child.once('close', resolve));
    this.child.stdin.end();
    const code = await closed;
    if (code !== 0) throw new Error(`fuze ended with ${code}: ${this.stderr}`);
  }
}

/** JSON text of a `tools/call`. */
export function callLine(id: number | string, name: string, args: object): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: args },
  });
}

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

/** Prints what was measured: a soak that only says "passed" says little. */
export function report(what: string, { base, peak }: Figures): void {
  process.stderr.write(
    `${what}: ${mebibytes(base)} MB, at most ${mebibytes(peak)} MB later, grown by ${mebibytes(peak - base)} MB\n`,
  );
}
