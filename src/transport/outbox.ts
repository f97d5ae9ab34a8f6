import { type OutgoingMessage, readOutgoing } from './outgoing-message.js';

/** Messages on their way to a remote server, sent one after the other in the order in which they came. */
export class Outbox {
  private queue: OutgoingMessage[] = [];
  private staged: (Buffer | string)[] = [];
  private bytes = 0;
  private sending: Promise<void> | undefined;

  /**
   * `deliver` resolves when the next message may go, and must not reject; `drained` is told whenever a message
   * has gone.
   */
  constructor(
    private readonly deliver: (message: OutgoingMessage) => Promise<void>,
    private readonly drained: () => void,
  ) {}

  /** Nothing leaves before `flush`. */
  add(message: Buffer | string): void {
    this.staged.push(message);
    this.bytes += message.length;
  }

  flush(): void {
    if (this.staged.length === 0) return;
    this.queue.push(...this.staged.map(readOutgoing));
    this.staged = [];
    this.sending ??= this.sendAll();
  }

  /** Bytes that have not been delivered. */
  get backlog(): number {
    return this.bytes;
  }

  /** Resolves when all that was flushed has been delivered. */
  async empty(): Promise<void> {
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    // What came of the turn that flushed must be through before anything of the transport answers.
    await Promise.resolve();
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      await this.deliver(next);
      this.bytes = Math.max(0, this.bytes - next.bytes.length);
      if (this.queue.length === 0 && this.staged.length === 0) this.bytes = 0;
      this.drained();
    }
    this.sending = undefined;
  }
}
