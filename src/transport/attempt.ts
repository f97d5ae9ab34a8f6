import type { Dispatcher } from 'undici';
import type { KeptConnection } from './kept-connection.js';
import type { KeptConnections } from './kept-connections.js';
import { UpstreamAnswer } from './upstream-answer.js';

/** Who hears of an attempt. One of `answered` and `failed` is called, and once. */
export interface AttemptListener {
  /** Called when the request has left; left out where nobody waits for that. */
  readonly written: (() => void) | undefined;
  answered(answer: UpstreamAnswer): void;
  /** Never before the attempt is made, nor while it is given up. */
  failed(error: Error, attempt: Attempt): void;
}

const LEAST_FINAL = 200;
/** The only one below that after which nothing follows (RFC 9110, section 15.2.2). */
const SWITCHING = 101;
const SPACE = 0x20;
const TAB = 0x09;
/** A connection that lasts longer is not one that the server was closing; shorter ones may be so on a busy machine. */
const TOO_LATE_MS = 5_000;
const GIVEN_UP = 'the request was given up';

/** One request on one connection: what undici tells of it, in its order. */
export class Attempt implements Dispatcher.DispatchHandler {
  /** True once the server may have got something of it. */
  isSent = false;
  /** True when the connection had carried another before, so that the server may have closed it meanwhile. */
  private isReused = false;
  /** When it was sent, in monotonic milliseconds. */
  private sentAt = 0;
  private controller: Dispatcher.DispatchController | undefined;
  private answer: UpstreamAnswer | undefined;

  constructor(
    private readonly connections: KeptConnections,
    private connection: KeptConnection | undefined,
    private readonly listener: AttemptListener,
  ) {}

  start(options: Dispatcher.DispatchOptions): void {
    this.connection?.send(options, this);
  }

  /** Whether the server was closing the connection, as far as can be told, when the request was sent. */
  get wasTooLate(): boolean {
    return this.isReused && performance.now() - this.sentAt < TOO_LATE_MS;
  }

  /** Closes the connection, which is its own as long as it lasts. */
  abort(): void {
    const { connection, controller } = this;
    if (controller !== undefined) controller.abort(new Error(GIVEN_UP));
    else if (connection !== undefined) this.connections.drop(connection);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { connection, listener } = this;
    this.controller = controller;
    this.isSent = true;
    this.isReused = connection?.use() === true;
    if (this.isReused) this.sentAt = performance.now();
    const { written } = listener;
    // It is given to the system when this has returned; the next one is to arrive after it, by another connection too.
    if (written !== undefined) setImmediate(() => connection?.onceWritten(written));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < LEAST_FINAL && status !== SWITCHING) return;
    const answer = new UpstreamAnswer(status, textsOf(controller.rawHeaders), controller);
    this.answer = answer;
    this.listener.answered(answer);
    answer.headGiven();
  }

  onResponseData(_: Dispatcher.DispatchController, bytes: Buffer): void {
    this.answer?.came(bytes);
  }

  onResponseEnd(): void {
    const { answer, connection, connections } = this;
    this.forget();
    if (connection !== undefined) {
      if (answer?.waitedLong === true) connections.drop(connection);
      else connections.giveBack(connection);
    }
    answer?.over();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    const { connection, answer } = this;
    this.forget();
    // Whoever gave it up, or has it made at this moment, is to hear of it afterwards.
    queueMicrotask(() => {
      if (connection !== undefined) this.connections.drop(connection);
      if (answer === undefined) this.listener.failed(error, this);
      else answer.over(error);
    });
  }

  /** Nothing of the next request on this connection is its business. */
  private forget(): void {
    this.connection = undefined;
    this.controller = undefined;
  }
}

/** Names and values as node:http gives them. */
function textsOf(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((text) => textOf(typeof text === 'string' ? Buffer.from(text, 'latin1') : text));
}

/** Without the spaces after a value, which the parser leaves. */
function textOf(bytes: Buffer): string {
  let end = bytes.length;
  while (bytes[end - 1] === SPACE || bytes[end - 1] === TAB) end -= 1;
  return bytes.toString('latin1', 0, end);
}
