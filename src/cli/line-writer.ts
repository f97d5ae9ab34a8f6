import type { Writable } from 'node:stream';

const BATCH_CHARS = 64 * 1024;

/** Writes many lines in batches, at the pace of the reader. */
export class LineWriter {
  private batch = '';
  private readonly gone = new AbortController();

  constructor(private readonly stream: Writable) {
    // A reader that has seen enough, such as `head`, closes the pipe: no reason for a stack trace.
    stream.on('error', () => this.gone.abort());
  }

  /** Aborts when nobody reads any more. */
  get closed(): AbortSignal {
    return this.gone.signal;
  }

  /** Returns a promise when the reader must be waited for. */
  write(line: string): Promise<void> | undefined {
    this.batch += `${line}\n`;
    return this.batch.length < BATCH_CHARS ? undefined : this.flush();
  }

  flush(): Promise<void> | undefined {
    const { batch, closed } = this;
    this.batch = '';
    if (batch === '' || closed.aborted || this.stream.write(batch)) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        this.stream.off('drain', done);
        closed.removeEventListener('abort', done);
        resolve();
      };
      this.stream.on('drain', done);
      closed.addEventListener('abort', done);
    });
  }
}
