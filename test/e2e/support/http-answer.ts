import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { LineInbox, type Predicate } from './line-inbox.js';
import type { Message } from './message.js';

/** Milliseconds that end a wait which hangs, with a report; no test passes by it. */
const PATIENCE = 30_000;
const NEWLINE = Buffer.from('\n');

/** One event, its data apart from the rest. */
export interface AnswerEvent {
  readonly id: string | undefined;
  readonly data: string;
}

/** What a server answered to one HTTP request: its head at once, its messages as they come. */
export class HttpAnswer {
  /** All events so far, those without data among them; none of a body that is no stream. */
  readonly events: AnswerEvent[] = [];
  /** All bytes so far. */
  body = '';
  /** Resolves when nothing more comes, however it ended. */
  readonly over: Promise<void>;
  readonly #inbox = new LineInbox((what) => this.#failure(what), PATIENCE);
  #rest = '';

  constructor(readonly response: IncomingMessage) {
    const isStream = this.type === 'text/event-stream';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.body += text;
      if (isStream) this.#takeEvents(text);
    });
    response.on('error', () => {});
    this.over = new Promise((resolve) => response.once('close', resolve));
    response.once('close', () => {
      if (!isStream && this.body !== '') this.#deliver(this.body);
      this.#inbox.end();
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  get type(): string | undefined {
    return this.headers['content-type']?.split(';')[0];
  }

  /** Messages that nobody has taken yet. */
  get unread(): readonly Message[] {
    return this.#inbox.unread;
  }

  /** Takes the first message that matches, now or when it comes; rejects when the answer ends without it. */
  next(wants: Predicate = () => true): Promise<Message> {
    return this.#inbox.next(wants);
  }

  /** Takes the response. */
  result(): Promise<Message> {
    return this.next(({ isResponse }) => isResponse);
  }

  /** Breaks the connection. */
  cut(): void {
    this.response.destroy();
  }

  #takeEvents(text: string): void {
    this.#rest += text;
    for (let end = this.#rest.indexOf('\n\n'); end >= 0; end = this.#rest.indexOf('\n\n')) {
      const lines = this.#rest.slice(0, end).split('\n');
      this.#rest = this.#rest.slice(end + 2);
      const field = (name: string): string[] =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 2));
      if (lines.every((line) => line.startsWith(':'))) continue;
      const data = field('data').join('\n');
      this.events.push({ id: field('id')[0], data });
      if (data !== '') this.#deliver(data);
    }
  }

  #deliver(text: string): void {
    this.#inbox.take(Buffer.concat([Buffer.from(text.replaceAll('\n', ' ')), NEWLINE]));
  }

  #failure(what: string): Error {
    return new Error(`HTTP ${this.status}: ${what}; it said ${this.body.slice(-2_000)}`);
  }
}
