import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type ByteSource, type Intake, pour, streamSource } from './byte-source.js';

/** Read at the most while nobody takes it: the system keeps the rest. */
const SPARE_BYTES = 65_536;

/** Untried there. */
const isWindows = process.platform === 'win32';

const NOTHING: Buffer = Buffer.alloc(0);

/** A pipe as `Socket` takes it: a file descriptor, or the handle of a stream that nobody else reads. */
type PipeEnd = { readonly fd: number } | { readonly handle: unknown };

/**
 * Reads a pipe into the memory that its reader gives, the same again and again. A stream of Node has 64 kB of new memory
 * for each chunk, which the system must clear and the collector must find.
 */
class PipeSource implements ByteSource {
  isPaused = false;
  private readonly socket: Socket;
  private intake: Intake | undefined;
  /** Read into while nobody takes what comes: what was told before may still be in use then. */
  private spare: Buffer | undefined;
  /** Came while nobody took it. */
  private held = NOTHING;
  private isOver = false;

  constructor(end: PipeEnd) {
    const onread = {
      buffer: () => this.room(),
      callback: (bytes: number, buffer: Uint8Array) => this.take(buffer, bytes),
    };
    // A variable, for `onread` stands in the documentation of the constructor and not in its types.
    const options = { ...end, readable: true, writable: false, onread };
    this.socket = new Socket(options);
    this.socket.once('close', () => this.finish());
    // 'close' follows: a pipe that broke has ended.
    this.socket.on('error', () => {});
    this.socket.resume();
  }

  start(intake: Intake): void {
    this.intake = intake;
    this.goOn();
  }

  pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.goOn();
  }

  private goOn(): void {
    const { intake, held } = this;
    if (intake === undefined) return;
    this.held = NOTHING;
    if (held.length > 0) this.held = pour(held, intake, this);
    if (this.held.length > 0) return;
    if (this.isOver) intake.ended();
    else if (!this.isPaused) this.socket.resume();
  }

  private room(): Buffer {
    if (this.intake !== undefined && !this.isPaused) return this.intake.room();
    this.spare ??= Buffer.allocUnsafeSlow(SPARE_BYTES);
    return this.spare;
  }

  /** False stops the reading. */
  private take(buffer: Uint8Array, bytes: number): boolean {
    const { intake } = this;
    if (intake === undefined || this.isPaused) {
      // The exit of a child makes Node read its streams once more, whether they are paused or not.
      this.held = Buffer.concat([this.held, buffer.subarray(0, bytes)]);
      return false;
    }
    if (buffer === this.spare) {
      const left = pour(this.spare.subarray(0, bytes), intake, this);
      if (left.length > 0) this.held = Buffer.from(left);
    } else {
      intake.filled(bytes);
    }
    return !this.isPaused;
  }

  private finish(): void {
    this.isOver = true;
    this.spare = undefined;
    if (this.held.length === 0) this.intake?.ended();
  }
}

/** The handle under a stream of a child process; Node does not document it, and other runtimes may have none. */
function handleOf(stream: Readable): unknown {
  if (isWindows) return undefined;
  const handle = stream instanceof Socket && '_handle' in stream ? stream._handle : undefined;
  const isPipe = typeof handle === 'object' && handle !== null && 'useUserBuffer' in handle;
  return isPipe ? handle : undefined;
}

/** The output of a child process as a source. The stream must not have been read, and is not to be used any more. */
export function childSource(stream: Readable): ByteSource {
  const handle = handleOf(stream);
  return handle === undefined ? streamSource(stream) : new PipeSource({ handle });
}

/** This process's stdin as a source; only one may ever be made. */
export function stdinSource(): ByteSource {
  const stat = fstatSync(0);
  const isPipe = !isWindows && (stat.isFIFO() || stat.isSocket());
  return isPipe ? new PipeSource({ fd: 0 }) : streamSource(process.stdin);
}
