import { type Frame, LineFramer } from '../jsonrpc/framing.js';
import type { RequestId } from '../jsonrpc/id.js';
import type { ReceivedLine } from '../jsonrpc/line.js';
import { oneLine } from '../jsonrpc/one-line.js';
import { cancelledNotification } from '../jsonrpc/reply.js';
import { joinAdjoining } from './adjoining.js';
import type { ByteSink } from './byte-sink.js';
import type { ByteSource } from './byte-source.js';
import type { ServerTransport, TransportHandler } from './transport.js';

const LF = 0x0a;

/** Newline-delimited JSON over a pair of pipes (MCP, "stdio" transport). */
export class LineTransport implements ServerTransport {
  private readonly framer: LineFramer;
  private queue: (Buffer | ReceivedLine)[] = [];
  private over = false;

  constructor(
    private readonly source: ByteSource,
    private readonly sink: ByteSink,
    maxMessageBytes: number,
    readonly lends = false,
    /** Hears of a sink that broke, where that is not the end of what comes from the other side. */
    private readonly onBroken?: () => void,
  ) {
    this.framer = new LineFramer(maxMessageBytes, lends);
  }

  start(handler: TransportHandler): void {
    const { framer } = this;
    const pass = (frames: readonly Frame[]): void => {
      if (frames.length > 0) handler.messages(frames);
    };
    const finish = (): void => {
      if (this.over) return;
      this.over = true;
      pass(framer.end());
      handler.ended();
    };
    this.sink.listen(() => handler.drained(), this.onBroken ?? finish);
    this.source.start({
      room: () => framer.room(),
      filled: (bytes) => {
        if (!this.over) pass(framer.filled(bytes));
      },
      ended: finish,
    });
  }

  send(message: Buffer | string): void {
    this.queue.push(typeof message === 'string' ? lineOf(message) : endedLine(message));
  }

  pass(line: ReceivedLine): void {
    this.queue.push(line);
  }

  cancel(request: RequestId, reason: string): void {
    this.send(cancelledNotification(request.raw, reason));
  }

  flush(): void {
    const { queue } = this;
    if (queue.length === 0) return;
    this.queue = [];
    this.sink.write(joinAdjoining(queue));
  }

  get backlog(): number {
    return this.sink.backlog;
  }

  pause(): void {
    this.source.pause();
  }

  resume(): void {
    this.source.resume();
  }

  end(): void {
    this.flush();
    this.sink.end();
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
