/**
 * The answers to one JSON-RPC batch. They go back as one array, whoever gave them and in whatever pieces
 * (JSON-RPC 2.0, section 6), and only when none is missing.
 */
export class BatchAnswers {
  private readonly answers: string[] = [];
  private expected = 0;
  private complete = false;

  constructor(private readonly send: (array: string) => void) {}

  /** One more request of the batch will be answered. */
  expect(): void {
    this.expected += 1;
  }

  /** All requests of the batch are known. */
  close(): void {
    this.complete = true;
    this.sendWhenDone();
  }

  add(answer: Buffer | string): void {
    this.answers.push(typeof answer === 'string' ? answer : answer.toString('utf8'));
    this.sendWhenDone();
  }

  /** A cancelled request needs no answer. */
  forget(): void {
    this.expected -= 1;
    this.sendWhenDone();
  }

  /** Whether `count` answers are all that is expected, so that the server's own array can pass unchanged. */
  isWhole(count: number): boolean {
    return this.complete && this.answers.length === 0 && this.expected === count;
  }

  private sendWhenDone(): void {
    if (!this.complete || this.answers.length < this.expected || this.answers.length === 0) return;
    this.complete = false;
    this.send(`[${this.answers.join(',')}]`);
  }
}
