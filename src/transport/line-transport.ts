import type { Readable, Writable } from 'node:stream';
import { LineFramer } from '../jsonrpc/framing.js';
import type { RequestId } from '../jsonrpc/id.js';
import { oneLine } from '../jsonrpc/one-line.js';
import { cancelledNotification } from '../jsonrpc/reply.js';
import { joinAdjoining } from './adjoining.js';
import type { ServerTransport, TransportHandler } from './transport.js';

const LF = 0x0a;

/** Newline-delimited JSON over a pair of byte streams (MCP, "stdio" transport). */
export class LineTransport implements ServerTransport {
  private readonly framer: LineFramer;
  private queue: Buffer[] = [];
  private over = false;

  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
    maxMessageBytes: number,
    /** See `LineFramer`. */
    lends = false,
  ) {
    this.framer = new LineFramer(maxMessageBytes, lends);
  }

  start(handler: TransportHandler): void {
    const finish = (): void => {
      if (this.over) return;
      this.over = true;
      const rest = this.framer.end();
      if (rest.length > 0) handler.messages(rest);
      handler.ended();
    };
    this.input.on('data', (chunk: Buffer) => {
      const frames = this.framer.push(chunk);
      if (frames.length > 0) handler.messages(frames);
    });
    this.input.on('end', finish);
    this.input.on('close', finish);
    this.input.on('error', finish);
    this.output.on('drain', () => handler.drained());
    // EPIPE and the like: whoever reads nothing any more is gone.
    this.output.on('error', finish);
  }

  send(message: Buffer | string): void {
    this.queue.push(typeof message === 'string' ? lineOf(message) : endedLine(message));
  }

  sendPieces(line: readonly Buffer[]): void {
    this.queue.push(...line);
  }

  cancel(request: RequestId, reason: string): void {
    this.send(cancelledNotification(request.raw, reason));
  }

  flush(): void {
    const { queue } = this;
    if (queue.length === 0) return;
    this.queue = [];
    if (!this.output.writable) return;
    const pieces = joinAdjoining(queue);
    // Several go out with one system call.
    if (pieces.length > 1) this.output.cork();
    for (const piece of pieces) this.output.write(piece);
    if (pieces.length > 1) this.output.uncork();
  }

  get backlog(): number {
    return this.output.writableLength;
  }

  pause(): void {
    this.input.pause();
  }

  resume(): void {
    this.input.resume();
  }

  end(): void {
    this.flush();
    if (this.output.writable) this.output.end();
  }
}

function lineOf(message: string): Buffer {
  const isBroken = message.includes('\n') || message.includes('\r');
  return isBroken ? oneLine(Buffer.from(message)) : Buffer.from(`${message}\n`);
}

/** What came as a line has its end; what came over HTTP may be written in several. */
function endedLine(message: Buffer): Buffer {
  return message[message.length - 1] === LF ? message : oneLine(message);
}
