import { constants } from 'node:os';
import type { ReadStream, WriteStream } from 'node:tty';
import { askReset, NoAnswer } from '../presence/ask.js';
import { type FoundProxies, liveProxies } from '../presence/live-proxies.js';
import type { Paint } from '../report/paint.js';
import { endedRuns, runsOf } from './run-list.js';
import { TerminalScreen } from './terminal-screen.js';
import { watchFrame } from './watch-frame.js';
import { keysIn, type WatchKey } from './watch-keys.js';

const REFRESH_MS = 1_000;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export interface WatchOptions {
  readonly home: string;
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly paint: Paint;
}

/** `fuze watch`: the live proxies on one screen, redrawn until a key or a signal ends it. */
export class Watch {
  private found: FoundProxies = { proxies: [], strangers: [] };
  private chosen: string | undefined;
  private message = '';
  private readonly screen: TerminalScreen;
  private finish: (exitCode: number) => void = () => {};
  private fail: (error: unknown) => void = () => {};

  private constructor(private readonly options: WatchOptions) {
    this.screen = new TerminalScreen(options.input, options.output);
  }

  /** Resolves with the exit code; rejects with what the file system says of the registry. */
  static async run(options: WatchOptions): Promise<number> {
    const found = await liveProxies(options.home);
    const watch = new Watch(options);
    try {
      return await watch.until(found);
    } finally {
      watch.screen.leave();
    }
  }

  private async until(found: FoundProxies): Promise<number> {
    const { input, output } = this.options;
    const ended = new Promise<number>((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    input.on('data', (text) => {
      for (const key of keysIn(String(text))) this.press(key);
    });
    input.on('end', () => this.finish(0));
    // The terminal was closed.
    for (const stream of [input, output]) stream.on('error', () => this.finish(0));
    output.on('resize', () => this.draw());
    for (const signal of SIGNALS) {
      process.once(signal, () => this.finish(128 + constants.signals[signal]));
    }
    this.show(found);
    const timer = this.refreshEvery(REFRESH_MS);
    try {
      return await ended;
    } finally {
      clearInterval(timer);
    }
  }

  private refreshEvery(milliseconds: number): NodeJS.Timeout {
    let busy = false;
    return setInterval(() => {
      // A proxy that hangs takes longer to ask than the interval.
      if (busy) return;
      busy = true;
      this.refresh()
        .catch((error: unknown) => this.fail(error))
        .finally(() => {
          busy = false;
        });
    }, milliseconds);
  }

  private async refresh(): Promise<void> {
    this.show(await liveProxies(this.options.home));
  }

  private show(found: FoundProxies): void {
    this.found = found;
    const ids = this.runIds();
    if (this.chosen === undefined || !ids.includes(this.chosen)) this.chosen = ids[0];
    this.draw();
  }

  private runIds(): string[] {
    return runsOf(this.found.proxies).map(({ run }) => run.runId);
  }

  private draw(): void {
    const { found, chosen, message } = this;
    const clock = new Date().toTimeString().slice(0, 8);
    const view = { found, chosen, message, clock };
    this.screen.draw(watchFrame(view, this.screen.size, this.options.paint));
  }

  private press(key: WatchKey): void {
    switch (key) {
      case 'quit':
        this.finish(0);
        return;
      case 'up':
        this.choose(-1);
        return;
      case 'down':
        this.choose(1);
        return;
      case 'reset':
        this.reset().catch((error: unknown) => this.fail(error));
        return;
    }
  }

  private choose(step: 1 | -1): void {
    const ids = this.runIds();
    const next = ids.indexOf(this.chosen ?? '') + step;
    this.chosen = ids[Math.max(0, Math.min(next, ids.length - 1))];
    this.message = '';
    this.draw();
  }

  private async reset(): Promise<void> {
    const ended = endedRuns(this.found.proxies).find(({ run }) => run.runId === this.chosen);
    this.message = ended === undefined ? 'This run is not ended: nothing to reset.' : 'Resetting …';
    this.draw();
    if (ended === undefined) return;
    const { runId } = ended.run;
    try {
      const trip = await askReset(ended.proxy.entry.socket, runId);
      this.message = trip === undefined ? `${runId} was not ended any more.` : `${runId} goes on.`;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.message = `${runId} cannot be reset: ${error.message}`;
    }
    await this.refresh();
  }
}
