import type { RequestId } from '../jsonrpc/id.js';
import { cancelledNotification } from '../jsonrpc/reply.js';
import { HttpUpstream } from './http-upstream.js';
import { readOutgoing } from './outgoing-message.js';
import type { RemoteOptions, RemoteTransport } from './remote-options.js';
import { SseUpstream } from './sse-upstream.js';
import type { Loss, TransportHandler } from './transport.js';

export type RemoteKind = 'http' | 'sse';

export function openRemote(options: RemoteOptions, kind: RemoteKind | undefined): RemoteTransport {
  switch (kind) {
    case 'http':
      return new HttpUpstream(options);
    case 'sse':
      return new SseUpstream(options);
    case undefined:
      return new FoundOutUpstream(options);
  }
}

/**
 * A remote server whose transport is found out by the first request: one that does not take a POST is asked by
 * GET whether it speaks the older HTTP+SSE (MCP, Transports, "Backwards Compatibility").
 */
class FoundOutUpstream implements RemoteTransport {
  private current: RemoteTransport;
  /** The request that finds it out; undefined before it was sent, and once the transport is known. */
  private probe: Buffer | string | undefined;
  /** What came after it. */
  private kept: (Buffer | string)[] = [];
  private keptBytes = 0;
  private isKnown = false;
  private handler: TransportHandler | undefined;

  constructor(private readonly options: RemoteOptions) {
    this.current = this.newHttp();
  }

  start(handler: TransportHandler): void {
    this.handler = handler;
    this.listenTo(this.current, undefined);
  }

  send(message: Buffer | string): void {
    if (this.isKnown) this.current.send(message);
    else this.sendFirst(message);
  }

  cancel(request: RequestId, reason: string): void {
    if (this.isKnown) this.current.cancel(request, reason);
    else this.send(cancelledNotification(request.raw, reason));
  }

  flush(): void {
    this.current.flush();
  }

  get backlog(): number {
    return this.current.backlog + this.keptBytes;
  }

  pause(): void {
    this.current.pause();
  }

  resume(): void {
    this.current.resume();
  }

  end(): void {
    this.current.end();
  }

  close(): Promise<void> {
    return this.current.close();
  }

  private sendFirst(message: Buffer | string): void {
    const { requests, cancels } = readOutgoing(message);
    const { probe } = this;
    if (probe === undefined) {
      this.probe = requests.length === 0 ? undefined : message;
      this.current.send(message);
    } else if (cancels !== undefined && isIn(probe, cancels)) {
      // No answer will tell the transport any more.
      this.current.send(message);
      this.sendKept();
    } else {
      this.kept.push(message);
      this.keptBytes += message.length;
    }
  }

  private newHttp(): RemoteTransport {
    return new HttpUpstream(this.options, {
      native: () => this.known(),
      foreign: (loss) => this.fallBack(loss),
    });
  }

  /** `first` is why the other transport failed: if this one fails too, that is what people should read. */
  private listenTo(transport: RemoteTransport, first: Loss | undefined): void {
    const { handler } = this;
    if (handler === undefined) return;
    transport.start({
      ...handler,
      messages: (frames, via) => {
        this.known();
        handler.messages(frames, via);
      },
      lost: (requests, loss) => {
        handler.lost(requests, this.isKnown ? loss : (first ?? loss));
        if (first !== undefined && !this.isKnown) this.beginAnew();
        this.sendKept();
      },
    });
  }

  private fallBack(loss: Loss): void {
    const { probe } = this;
    if (probe === undefined) return;
    this.current.end();
    this.current = new SseUpstream(this.options);
    this.listenTo(this.current, loss);
    this.current.send(probe);
    this.current.flush();
  }

  private known(): void {
    if (this.isKnown) return;
    this.isKnown = true;
    this.sendKept();
  }

  /** Neither transport worked: the next request tries again. */
  private beginAnew(): void {
    this.current.end();
    this.current = this.newHttp();
    this.listenTo(this.current, undefined);
  }

  private sendKept(): void {
    this.probe = undefined;
    const { kept } = this;
    this.kept = [];
    this.keptBytes = 0;
    for (const message of kept) this.send(message);
    this.current.flush();
  }
}

function isIn(message: Buffer | string, id: RequestId): boolean {
  return readOutgoing(message).requests.some((request) => request.id.key === id.key);
}
