import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../jsonrpc/is-object.js';
import type { OutgoingMessage, OutgoingRequest } from './outgoing-message.js';

/** The messages that open a session like the one that was lost. */
export interface Renewal {
  readonly initialize: OutgoingMessage & { readonly requests: readonly [OutgoingRequest] };
  /** Undefined while the client has not sent it. */
  readonly initialized: OutgoingMessage | undefined;
}

interface Agreed {
  readonly version: unknown;
  readonly capabilities: unknown;
}

function agreedIn(result: unknown): Agreed | undefined {
  if (!isObject(result)) return undefined;
  return { version: result.protocolVersion, capabilities: result.capabilities };
}

/**
 * What client and server agreed on in the handshake of the initialize era, so that fuze can do it again in the
 * client's place when the server has forgotten the session.
 */
export class Handshake {
  private request: Renewal['initialize'] | undefined;
  private initialized: OutgoingMessage | undefined;
  private agreed: Agreed | undefined;
  private bound: string | undefined;

  /** Takes note of what the client sends. */
  sent(message: OutgoingMessage): void {
    const [request] = message.requests;
    if (message.method === 'initialize' && request !== undefined && message.claim === undefined) {
      this.request = { ...message, requests: [request] };
      this.initialized = undefined;
      this.agreed = undefined;
      this.bound = undefined;
    } else if (message.method === 'notifications/initialized' && this.agreed !== undefined) {
      this.initialized = message;
    }
    this.bound ??= message.binds;
  }

  /** Takes the result of `initialize`. */
  answered(result: unknown): void {
    this.agreed = agreedIn(result);
  }

  /** The protocol version that was agreed on. */
  get version(): string | undefined {
    return typeof this.agreed?.version === 'string' ? this.agreed.version : undefined;
  }

  /** True once the client has confirmed it: from then on the server may speak unasked. */
  get isComplete(): boolean {
    return this.initialized !== undefined;
  }

  /**
   * How to open the session anew without the client noticing, or why that is not sound: what the client had
   * in the lost session it would miss in another.
   */
  renewal(): Renewal | string {
    if (this.request === undefined || this.agreed === undefined) {
      return 'the handshake had not ended';
    }
    if (this.bound !== undefined) return `the client had ${this.bound} in it`;
    return { initialize: this.request, initialized: this.initialized };
  }

  /** Whether a new handshake came to the same. */
  isSame(result: unknown): boolean {
    return isDeepStrictEqual(agreedIn(result), this.agreed);
  }
}
