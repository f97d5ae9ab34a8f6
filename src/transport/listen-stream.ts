import type { Frame } from '../jsonrpc/framing.js';
import { ResumableStream } from './resumable-stream.js';
import type { UpstreamRequest } from './upstream-request.js';

export interface ListenOptions {
  readonly maxMessageBytes: number;
  readonly get: (lastEventId: string | undefined) => UpstreamRequest;
  readonly messages: (frames: readonly Frame[]) => void;
}

/**
 * The stream on which a server says what answers no request (MCP, Streamable HTTP, "Listening for Messages
 * from the Server"). A server need not have one; one that stops answering is asked again when there is traffic.
 */
export class ListenStream {
  private stream: ResumableStream | undefined;
  private paused = false;

  constructor(private readonly options: ListenOptions) {}

  /** Opens it unless it is open; resolves when the server has answered. */
  async open(): Promise<void> {
    if (this.stream !== undefined) return;
    const stream = new ResumableStream({
      ...this.options,
      needsEventId: false,
      isDone: () => false,
      lost: (_, isRefused) => {
        // A refusal holds as long as the session.
        if (this.stream === stream && !isRefused) this.stream = undefined;
      },
    });
    this.stream = stream;
    if (this.paused) stream.pause();
    await stream.open();
  }

  pause(): void {
    this.paused = true;
    this.stream?.pause();
  }

  resume(): void {
    this.paused = false;
    this.stream?.resume();
  }

  close(): void {
    this.stream?.close();
    this.stream = undefined;
  }
}
