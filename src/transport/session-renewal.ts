import type { Handshake, Renewal } from './handshake.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { within } from './within.js';

/** A session that was opened anew and is not in use yet. */
export interface OpenedSession {
  /** Of its `initialize`. */
  readonly result: unknown;
  /** Ends its handshake and puts it in the place of the lost one. */
  readonly use: () => Promise<void>;
}

/** How it is done over the transport in question. */
export interface RenewalWay {
  /** Does the handshake of before; rejects with a reason for people. */
  readonly open: (renewal: Renewal) => Promise<OpenedSession>;
  /** Sends a message that the server turned away unread, because it knew the session no more. */
  readonly repeat: (message: OutgoingMessage) => Promise<void>;
  readonly refuse: (message: OutgoingMessage, reason: string) => void;
}

const OPEN_MS = 10_000;

/**
 * Opens a session that the server has forgotten anew, without the client noticing. Sound only where the new
 * one is like the old: what the old one rejected with 404 was not carried out, so sending it again repeats no
 * effect, but what the client had left in it would be missing.
 */
export class SessionRenewal {
  /** While it runs, nothing else may be sent. Never rejects. */
  running: Promise<void> | undefined;
  private waiting: OutgoingMessage[] = [];

  constructor(
    private readonly handshake: Handshake,
    private readonly way: RenewalWay,
  ) {}

  /** A message met the end of its session; `isCurrent` is false where another one is in use already. */
  add(message: OutgoingMessage, isCurrent: boolean): void {
    this.waiting.push(message);
    this.running ??= this.run(isCurrent);
  }

  /** Opens it without a message that asks for it. */
  async start(): Promise<void> {
    this.running ??= this.run(true);
    await this.running;
  }

  private async run(isNeeded: boolean): Promise<void> {
    const why = isNeeded ? await this.renew() : undefined;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      if (why === undefined) await this.way.repeat(next);
      else this.way.refuse(next, why);
    }
    this.running = undefined;
  }

  /** The reason why not, or undefined. */
  private async renew(): Promise<string | undefined> {
    const lost = 'the server has ended the session (it was restarted, or forgot it)';
    const restart = 'connect to the server again';
    const renewal = this.handshake.renewal();
    if (typeof renewal === 'string') {
      return `${lost}, and another cannot take its place unnoticed, since ${renewal}: ${restart}`;
    }
    try {
      const opening = this.way.open(renewal);
      if (!(await within(opening, OPEN_MS)))
        return `${lost}, and does not answer to a new handshake`;
      const { result, use } = await opening;
      if (!this.handshake.isSame(result)) {
        return `${lost}, and now has another protocol version or other capabilities: ${restart}`;
      }
      await use();
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `${lost}, and a new one cannot be opened: ${reason}`;
    }
  }
}
