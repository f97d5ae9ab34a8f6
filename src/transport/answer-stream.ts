import { ErrorCode } from '../jsonrpc/error-code.js';
import type { EventLog } from './event-log.js';
import { EventStream } from './event-stream.js';
import type { HttpReply } from './http-reply.js';
import type { Via } from './transport.js';

/** Who sent a request, as far as runs are told apart by it. */
export type Sender = Pick<Via, 'session' | 'runName' | 'connection'>;

/** How the answers to one POST may go back. */
export interface AnswerForm {
  /** Whether the client takes events; one that does not gets the answer alone. */
  readonly takesEvents: boolean;
  /** Whether the stream begins before there is anything to say. */
  readonly atOnce: boolean;
  /** Whether it begins with an event that only carries an id. */
  readonly priming: boolean;
  readonly log: EventLog | undefined;
  /** The HTTP status for an answer that goes back as a body. */
  readonly statusOf: (answer: Buffer | string) => number;
}

/** The way of the answers to one POST: as one JSON body where one answer is all, else as a stream of events. */
export class AnswerStream implements Via {
  readonly session: string | undefined;
  readonly runName: string | undefined;
  readonly connection: string;
  readonly isResumed = false;
  /** The way back; it outlives a broken connection where the session keeps a log. */
  readonly events: EventStream;
  private waiting = 0;
  private queue: (Buffer | string)[] = [];
  private status: number | undefined;
  private begun = false;
  private done = false;

  constructor(
    sender: Sender,
    readonly number: number,
    private readonly reply: HttpReply,
    private readonly form: AnswerForm,
  ) {
    this.session = sender.session;
    this.runName = sender.runName;
    this.connection = sender.connection;
    this.events = new EventStream(number, form.log);
  }

  /** True while a request that came this way waits for its answer. */
  get isOpen(): boolean {
    return this.waiting > 0;
  }

  /** The same, with a client at the other end. */
  get isHeard(): boolean {
    return this.isOpen && (this.events.attached || !this.reply.over);
  }

  /** True while messages that answer nothing can go this way. */
  get takesMessages(): boolean {
    return this.isHeard && this.form.takesEvents;
  }

  /** Bytes that the client has not taken yet. */
  get backlog(): number {
    return Math.max(this.reply.backlog, this.events.backlog);
  }

  /** True once all is said. */
  get over(): boolean {
    return this.done;
  }

  expect(): void {
    this.waiting += 1;
  }

  settled(): void {
    this.waiting -= 1;
  }

  refused(): void {}

  malformed(): void {
    this.status = 400;
  }

  /** Without events there is room for the answer alone; what comes before or behind it, such as progress, is left out. */
  send(message: Buffer | string): void {
    const isAnswer = !this.isOpen && this.queue.length === 0;
    if (this.form.takesEvents || isAnswer) this.queue.push(message);
  }

  flush(): void {
    if (this.done) return;
    if (!this.begun) {
      if (this.waiting === 0 && (this.queue.length < 2 || !this.form.takesEvents)) {
        this.answerWhole();
        return;
      }
      if (!this.form.takesEvents || !(this.form.atOnce || this.queue.length > 0)) return;
      this.begin();
    }
    for (const message of this.queue) this.events.send(message);
    this.queue = [];
    if (this.waiting === 0) this.end();
  }

  /** Called now and then: nobody on the way must take a long silence for the end. */
  keepAlive(): void {
    if (!this.begun && this.takesMessages) this.begin();
    if (this.begun) this.events.keepAlive();
  }

  /** Nothing more will be said. */
  end(): void {
    this.done = true;
    this.events.end();
    this.reply.empty(202);
  }

  /** Gives up on a client that does not read. */
  cut(): void {
    this.reply.cut();
  }

  private begin(): void {
    this.begun = true;
    this.events.attach(this.reply, [], this.form.priming);
  }

  private answerWhole(): void {
    this.done = true;
    const [answer] = this.queue;
    if (answer === undefined) this.reply.empty(this.status ?? 202);
    else this.reply.json(this.status ?? this.form.statusOf(answer), answer);
  }
}

const MODERN_STATUS: ReadonlyMap<number, number> = new Map([
  [ErrorCode.MethodNotFound, 404],
  [ErrorCode.HeaderMismatch, 400],
  [ErrorCode.MissingCapability, 400],
  [ErrorCode.UnsupportedVersion, 400],
]);

/** Errors are short; a result is not parsed to see that it is none. */
const MAX_ERROR_BYTES = 65_536;

/** Up to 2025-11-25, answers have the status 200, whatever they say. */
export function legacyStatus(): number {
  return 200;
}

/** From 2026-07-28 on, some errors have a status of their own (MCP 2026-07-28, Streamable HTTP, "Sending Messages"). */
export function modernStatus(answer: Buffer | string): number {
  if (answer.length > MAX_ERROR_BYTES || !answer.includes('"error"')) return 200;
  try {
    const { error } = JSON.parse(answer.toString());
    return MODERN_STATUS.get(error?.code) ?? 200;
  } catch {
    return 200;
  }
}
