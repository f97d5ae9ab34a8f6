import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** A transport that keeps a copy of every message, in order, for each direction. */
export class Recorder implements Transport {
  readonly sent: JSONRPCMessage[] = [];
  readonly received: JSONRPCMessage[] = [];
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  #arrived: (() => void)[] = [];
  /** How many received messages `seen` has looked at. */
  #read = 0;

  constructor(readonly inner: Transport) {}

  start(): Promise<void> {
    this.inner.onclose = () => this.onclose?.();
    this.inner.onerror = (error) => this.onerror?.(error);
    this.inner.onmessage = (message, extra) => {
      this.received.push(structuredClone(message));
      this.onmessage?.(message, extra);
      for (const wake of this.#arrived.splice(0)) wake();
    };
    return this.inner.start();
  }

  send(message: JSONRPCMessage): Promise<void> {
    this.sent.push(structuredClone(message));
    return this.inner.send(message);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  /** Waits for a request or notification of this method that no earlier wait has passed. */
  async seen(method: string): Promise<void> {
    for (;;) {
      while (this.#read < this.received.length) {
        const message = this.received[this.#read];
        this.#read += 1;
        if (message !== undefined && 'method' in message && message.method === method) return;
      }
      await new Promise<void>((resolve) => this.#arrived.push(resolve));
    }
  }

  /** The tool of every call, in order. */
  get called(): string[] {
    return this.sent.flatMap((message) =>
      'method' in message && message.method === 'tools/call' ? [String(message.params?.name)] : [],
    );
  }

  /** The names of the tools that the server listed. */
  get listed(): string[] {
    return this.received.flatMap((message) => {
      const tools = 'result' in message ? message.result.tools : undefined;
      return Array.isArray(tools) ? tools.map((tool: { name: string }) => tool.name) : [];
    });
  }
}
