import { writeSync, writevSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { ByteSink } from './byte-sink.js';

/** What lies under the stream of a pipe. `fd` is negative once it is closed, and on Windows. */
interface PipeHandle {
  readonly fd: number;
}

/**
 * Writes to a pipe what it takes at once, past the stream that stands over it, and by the stream what is left: most
 * messages find an empty pipe, and a stream of Node does more for each of them than the system.
 */
class PipeSink implements ByteSink {
  private drained: () => void = () => {};

  constructor(
    private readonly stream: Writable,
    /** Undefined where everything goes by the stream. */
    private readonly handle: PipeHandle | undefined,
  ) {}

  listen(drained: () => void, broken: () => void): void {
    this.drained = drained;
    // EPIPE and the like: whoever reads nothing any more is gone.
    this.stream.on('error', broken);
  }

  get backlog(): number {
    // What nobody takes any more is not waited for.
    return this.stream.destroyed ? 0 : this.stream.writableLength;
  }

  write(pieces: readonly Buffer[]): void {
    const { stream } = this;
    if (!stream.writable) return;
    try {
      this.queue(pieces, stream.writableLength === 0 ? this.writeNow(pieces) : 0);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  end(): void {
    if (this.stream.writable) this.stream.end();
  }

  /** How many bytes the system took. */
  private writeNow(pieces: readonly Buffer[]): number {
    const fd = this.handle?.fd ?? -1;
    const [first] = pieces;
    if (fd < 0 || first === undefined) return 0;
    try {
      return pieces.length === 1 ? writeSync(fd, first) : writevSync(fd, pieces);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
      throw error;
    }
  }

  private queue(pieces: readonly Buffer[], written: number): void {
    const { stream } = this;
    let done = written;
    // Several go out with one system call.
    if (pieces.length > 1) stream.cork();
    for (const piece of pieces) {
      if (done < piece.length) stream.write(done === 0 ? piece : piece.subarray(done), this.taken);
      done = Math.max(0, done - piece.length);
    }
    if (pieces.length > 1) stream.uncork();
  }

  private readonly taken = (): void => {
    if (this.stream.writableLength === 0) this.drained();
  };
}

/** The handle of a pipe that does not block; Node does not document it, and other runtimes may have none. */
function handleOf(stream: Writable): PipeHandle | undefined {
  if (!(stream instanceof Socket) || 'isTTY' in stream || !('_handle' in stream)) return undefined;
  const handle = stream._handle;
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  return {
    get fd() {
      // Read once: it is asked of the system's side.
      const { fd } = handle;
      return typeof fd === 'number' ? fd : -1;
    },
  };
}

/** A stream to a child process, or this process's stdout, as a sink; nobody else may write to it. */
export function pipeSink(stream: Writable): ByteSink {
  return new PipeSink(stream, handleOf(stream));
}
