import type { FuzeProcess, Message } from '../../e2e/support/fuze-process.js';

/** One `tools/call` and, when it has a side effect, what that leaves in the journal. */
export interface PlannedCall {
  readonly tool: string;
  readonly args: object;
  readonly effect: string | undefined;
}

/** A client that keeps some calls in flight and notes every answer. */
export class Traffic {
  /** Calls written so far, by id. */
  readonly sent = new Map<number, PlannedCall>();
  readonly answers = new Map<number, Message>();
  readonly #calls: Iterator<PlannedCall>;
  #nextId: number;
  #stopped = false;
  #waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = [];

  constructor(
    readonly fuze: FuzeProcess,
    calls: Iterable<PlannedCall>,
    readonly inFlight: number,
    firstId = 1,
  ) {
    this.#calls = calls[Symbol.iterator]();
    this.#nextId = firstId;
  }

  /** Resolves when everything is answered and nothing more is to be sent, or when fuze's output has ended. */
  async run(): Promise<void> {
    this.#fill();
    while (this.answers.size < this.sent.size) {
      const message = await this.#take();
      if (message === undefined) break;
      const id = Number(message.id);
      if (this.answers.has(id)) throw new Error(`two answers to ${id}: ${message.text}`);
      if (!this.sent.has(id)) throw new Error(`an answer to nothing: ${message.text}`);
      this.answers.set(id, message);
      this.heard(id, message);
      this.#fill();
      this.#look();
    }
    // Whoever waits for more waits in vain.
    for (const { resolve } of this.#waiting) resolve();
  }

  /** Resolves when `until` holds, looked at after each answer, or when the traffic is over. */
  when(until: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ until, resolve });
      this.#look();
    });
  }

  /** Resolves when so many answers are there, or when the traffic is over. */
  reaches(count: number): Promise<void> {
    return this.when(() => this.answers.size >= count);
  }

  /** Sends nothing more. */
  stop(): void {
    this.#stopped = true;
  }

  /** What was sent and what came back, for every call with an answer. */
  answered(): { readonly id: number; readonly call: PlannedCall; readonly answer: Message }[] {
    return [...this.sent].flatMap(([id, call]) => {
      const answer = this.answers.get(id);
      return answer === undefined ? [] : [{ id, call, answer }];
    });
  }

  /** Called with every answer as it comes. */
  protected heard(_id: number, _answer: Message): void {}

  /** The id that the next call will have. */
  protected get nextId(): number {
    return this.#nextId;
  }

  #fill(): void {
    let lines = '';
    while (!this.#stopped && this.sent.size - this.answers.size < this.inFlight) {
      const { done, value } = this.#calls.next();
      if (done) break;
      const id = this.#nextId;
      this.#nextId += 1;
      this.sent.set(id, value);
      const params = { name: value.tool, arguments: value.args };
      lines += `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })}\n`;
    }
    // Lost when fuze has gone; then the answers are missing too, and that is what tests look at.
    if (lines !== '') this.fuze.write(lines).catch(() => {});
  }

  #look(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ until }) => !until());
    for (const waiter of waiting) if (!this.#waiting.includes(waiter)) waiter.resolve();
  }

  async #take(): Promise<Message | undefined> {
    try {
      return await this.fuze.next((message) => message.isResponse);
    } catch (error) {
      if (error instanceof Error && error.message.includes('output')) return undefined;
      throw error;
    }
  }
}
