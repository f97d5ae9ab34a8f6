import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTeardown } from './teardown.js';

type Members = Readonly<Record<string, unknown>>;

/** Something that a page asked for or complained of. */
export interface PageEvents {
  /** URLs requested, the page's own first. */
  readonly requests: string[];
  /** Console messages, policy violations and uncaught errors. */
  readonly complaints: string[];
}

/** The path of Chromium on the PATH, or undefined. */
export function findChromium(): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'chromium');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** One page of a headless Chromium, spoken to by the DevTools protocol over a pipe: no port, no dependency. */
export class ChromiumPage {
  readonly events: PageEvents = { requests: [], complaints: [] };
  private readonly waiting = new Map<number, (answer: Members) => void>();
  private readonly loads: (() => void)[] = [];
  private nextId = 1;
  private sessionId: string | undefined;

  private constructor(
    private readonly process: ChildProcess,
    private readonly input: Writable,
    output: Readable,
  ) {
    let rest = '';
    output.setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.take(members(JSON.parse(message)));
    });
    input.on('error', () => {});
  }

  static async start(path: string): Promise<ChromiumPage> {
    const folder = mkdtempSync(join(tmpdir(), 'fuze-chromium-'));
    const child = spawn(
      path,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
        `--user-data-dir=${folder}`,
        '--remote-debugging-pipe',
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true },
    );
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    onTeardown(async () => {
      // Its own group, for Chromium is many processes.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    });
    const [, , , input, output] = child.stdio;
    if (input == null || output == null || !('write' in input) || !('read' in output)) {
      throw new Error('Chromium has no debugging pipe');
    }
    const page = new ChromiumPage(child, input, output as Readable);
    void gone.then(() => page.end());
    const { targetId } = await page.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await page.send('Target.attachToTarget', { targetId, flatten: true });
    page.sessionId = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    return page;
  }

  /** Calls a method of the protocol. */
  send(method: string, params: Members = {}): Promise<Members> {
    const id = this.nextId++;
    const answer = new Promise<Members>((resolve, reject) => {
      this.waiting.set(id, (message) => {
        if (message.error === undefined) resolve(members(message.result));
        else reject(new Error(`${method}: ${JSON.stringify(message.error)}`));
      });
    });
    const { sessionId } = this;
    this.input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return answer;
  }

  /** Opens a URL; resolves when it is loaded. */
  async open(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.loads.push(resolve));
    await this.send('Page.navigate', { url });
    await loaded;
  }

  async resize(width: number, height: number): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.send('Emulation.setDeviceMetricsOverride', metrics);
  }

  /** `prefers-color-scheme` of the page. */
  async prefer(scheme: 'light' | 'dark'): Promise<void> {
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await this.send('Emulation.setEmulatedMedia', { features });
  }

  /** The value of an expression in the page, as JSON carries it. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer));
    return members(answer.result).value;
  }

  private take(message: Members): void {
    if (typeof message.id === 'number') {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
      return;
    }
    const params = members(message.params);
    switch (message.method) {
      case 'Network.requestWillBeSent':
        this.events.requests.push(String(members(params.request).url));
        return;
      case 'Log.entryAdded':
      case 'Runtime.consoleAPICalled':
      case 'Runtime.exceptionThrown':
        this.events.complaints.push(JSON.stringify(params));
        return;
      case 'Page.loadEventFired':
        this.loads.shift()?.();
    }
  }

  private end(): void {
    const error = { error: `Chromium ended (${this.process.exitCode ?? this.process.signalCode})` };
    for (const answer of this.waiting.values()) answer(error);
    this.waiting.clear();
  }
}
