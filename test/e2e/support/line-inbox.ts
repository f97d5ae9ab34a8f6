import { Message } from './message.js';

export type Predicate = (message: Message) => boolean;

interface Waiter {
  readonly wants: Predicate;
  readonly resolve: (message: Message) => void;
  readonly reject: (error: Error) => void;
}

/** Cuts chunks into lines and hands each line to the first who waits for it, else keeps it. */
export class LineInbox {
  /** Lines that nobody has taken yet, in the order in which they came. */
  readonly unread: Message[] = [];
  #partial: Buffer[] = [];
  #ended = false;
  readonly #waiters = new Set<Waiter>();

  /** `failure` words the error for a wait that cannot succeed; `patience` (ms) ends one that hangs. */
  constructor(
    readonly failure: (what: string) => Error,
    readonly patience: number,
  ) {}

  /** What came after the last line feed. */
  get rest(): Buffer {
    return Buffer.concat(this.#partial);
  }

  take(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...this.#partial, chunk.subarray(from, end)]);
      this.#partial = [];
      from = end + 1;
      this.#deliver(new Message(line));
    }
    if (from < chunk.length) this.#partial.push(chunk.subarray(from));
  }

  end(): void {
    this.#ended = true;
    for (const waiter of [...this.#waiters]) waiter.reject(this.failure('its output ended'));
  }

  next(wants: Predicate): Promise<Message> {
    const at = this.unread.findIndex(wants);
    const [found] = at < 0 ? [] : this.unread.splice(at, 1);
    if (found !== undefined) return Promise.resolve(found);
    if (this.#ended) return Promise.reject(this.failure('its output has ended'));
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        wants,
        resolve: (message) => {
          finish();
          resolve(message);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      };
      const timer = setTimeout(() => waiter.reject(this.failure('waited in vain')), this.patience);
      this.#waiters.add(waiter);
    });
  }

  #deliver(message: Message): void {
    for (const waiter of this.#waiters) {
      if (waiter.wants(message)) {
        waiter.resolve(message);
        return;
      }
    }
    this.unread.push(message);
  }
}
