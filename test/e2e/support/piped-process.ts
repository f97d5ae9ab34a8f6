import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { LineInbox, type Predicate } from './line-inbox.js';
import type { Message } from './message.js';
import { onTeardown } from './teardown.js';
import type { Command } from './workspace.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Milliseconds that end a wait which hangs, with a report; no test passes by it. */
const patience = 45_000;

const withParams = (params: object | undefined): object => (params === undefined ? {} : { params });

/** A child process spoken to in raw bytes, line by line. It ends with the test that started it. */
export class PipedProcess {
  /** Resolves when the process is gone (its output may still be on its way; see `closed`). */
  readonly exit: Promise<Exit>;
  /** Resolves when the process is gone and all its output has been read. */
  readonly closed: Promise<Exit>;
  readonly child: ChildProcessWithoutNullStreams;
  readonly #inbox: LineInbox;
  #stderr = '';
  #nextId = 1;

  constructor([program, ...args]: Command, options: { cwd: string; env: NodeJS.ProcessEnv }) {
    const child = spawn(program, args, { ...options, stdio: 'pipe' });
    this.child = child;
    const ending = (event: 'exit' | 'close'): Promise<Exit> => {
      const ended = new Promise<Exit>((resolve, reject) => {
        child.once(event, (code, signal) => resolve({ code, signal }));
        child.once('error', reject);
      });
      // A test that never looks at how the process ended must not fail for it.
      ended.catch(() => {});
      return ended;
    };
    this.exit = ending('exit');
    this.closed = ending('close');
    this.#inbox = new LineInbox((what) => this.#failure(what), patience);
    // Writing to a process that has gone is part of many tests; `write` reports it.
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    child.stdout.on('data', (chunk: Buffer) => this.#inbox.take(chunk));
    child.stdout.once('close', () => this.#inbox.end());
    onTeardown(() => this.stop());
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process did not start');
    return this.child.pid;
  }

  /** What came on stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Lines of stdout that nobody has taken yet, in the order in which they came. */
  get unread(): readonly Message[] {
    return this.#inbox.unread;
  }

  /** Bytes of stdout after the last line feed. */
  get unfinishedLine(): Buffer {
    return this.#inbox.rest;
  }

  /** Writes bytes as they are; resolves when the pipe has taken them, so it waits for a reader that does not read. */
  write(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.child.stdin.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Writes one message as a line. */
  send(message: unknown): Promise<void> {
    return this.write(`${JSON.stringify(message)}\n`);
  }

  notify(method: string, params?: object): Promise<void> {
    return this.send({ jsonrpc: '2.0', method, ...withParams(params) });
  }

  /** Sends a request and takes its response. Ids count from 1 where none is given. */
  async request(
    method: string,
    params?: object,
    id: string | number = this.#nextId++,
  ): Promise<Message> {
    await this.send({ jsonrpc: '2.0', id, method, ...withParams(params) });
    return this.response(id);
  }

  /** `tools/call`, with its answer. */
  call(name: string, args: object = {}, id?: string | number): Promise<Message> {
    return this.request('tools/call', { name, arguments: args }, id);
  }

  /** The handshake of the initialize era; returns the server's answer. */
  async initialize(capabilities: object = {}, protocolVersion = '2025-06-18'): Promise<Message> {
    const clientInfo = { name: 'raw-client', version: '1.0.0' };
    const answer = await this.request('initialize', { protocolVersion, capabilities, clientInfo });
    await this.notify('notifications/initialized');
    return answer;
  }

  /** Takes the first untaken line that matches, now or when it comes; rejects when stdout ends without it. */
  next(wants: Predicate = () => true): Promise<Message> {
    return this.#inbox.next(wants);
  }

  /** Takes the response to `id`, by its exact value: "1" is not 1. */
  response(id: unknown): Promise<Message> {
    return this.next((message) => message.isResponse && message.id === id);
  }

  /** Resolves when what came on stderr so far matches. */
  stderrMatches(pattern: RegExp): Promise<void> {
    const { stderr } = this.child;
    return new Promise((resolve, reject) => {
      const finish = (failed?: string): void => {
        clearTimeout(timer);
        stderr.off('data', look).off('close', closed);
        if (failed === undefined) resolve();
        else reject(this.#failure(`stderr ${failed} ${pattern}`));
      };
      const look = (): void => {
        if (pattern.test(this.#stderr)) finish();
        else if (stderr.closed) finish('never matched');
      };
      const closed = (): void => finish('never matched');
      const timer = setTimeout(() => finish('did not in time match'), patience);
      stderr.on('data', look).once('close', closed);
      look();
    });
  }

  /** Stops reading stdout, to play a client that does not read. */
  pauseOutput(): void {
    this.child.stdout.pause();
  }

  resumeOutput(): void {
    this.child.stdout.resume();
  }

  /** End of file on the process's stdin. */
  endInput(): void {
    this.child.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** SIGKILL unless it has ended; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.child.pid === undefined) return;
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exit;
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) stream.destroy();
  }

  #failure(what: string): Error {
    const { exitCode, signalCode, spawnargs } = this.child;
    const unread = this.unread.slice(-20).map((message) => message.text.slice(0, 300));
    return new Error(
      `${spawnargs.slice(1, 8).join(' ')}: ${what} (exit: ${exitCode ?? signalCode ?? 'not yet'})\n` +
        `unread lines:\n${unread.join('\n')}\nstderr:\n${this.#stderr.slice(-4000)}`,
    );
  }
}
