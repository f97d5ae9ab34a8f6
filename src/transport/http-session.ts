import type { Handshake } from './handshake.js';
import { headersFor } from './mcp-headers.js';
import type { OutgoingMessage } from './outgoing-message.js';
import type { ToolHeaders } from './tool-headers.js';

/** What the requests of one client to a Streamable HTTP server say in their headers. */
export class HttpSession {
  /** As the server gave it (up to 2025-11-25); undefined where it gave none. */
  id: string | undefined;
  /** The version that the client last claimed in a message (2026-07-28). */
  private claim: string | undefined;

  /** `configured` are the headers of the user, names and values by turns, asked for each request. */
  constructor(
    private readonly handshake: Handshake,
    private readonly tools: ToolHeaders,
    private readonly configured: () => readonly string[],
  ) {}

  /** Of a POST with this message; `initialize` opens a session and is in none. */
  ofPost(message: OutgoingMessage): string[] {
    const headers = [
      ...['Content-Type', 'application/json'],
      ...['Accept', 'application/json, text/event-stream'],
      ...this.configured(),
    ];
    if (message.claim !== undefined) {
      this.claim = message.claim;
      const value: unknown = JSON.parse(message.bytes.toString('utf8'));
      headers.push(...Object.entries(headersFor(value, this.tools.of(message.tool))).flat());
    } else if (this.handshake.version === undefined && this.claim !== undefined) {
      // A notification need not repeat the version; the headers must.
      headers.push('MCP-Protocol-Version', this.claim);
      if (message.method !== undefined) headers.push('Mcp-Method', message.method);
    } else if (message.method !== 'initialize') headers.push(...this.ofSession());
    return headers;
  }

  /** Of a GET for the server's own messages, or for the rest of a stream. */
  ofGet(lastEventId: string | undefined): string[] {
    const headers = ['Accept', 'text/event-stream', ...this.configured(), ...this.ofSession()];
    if (lastEventId !== undefined) headers.push('Last-Event-ID', lastEventId);
    return headers;
  }

  /** Of the DELETE that ends the session. */
  ofDelete(): string[] {
    return [...this.configured(), ...this.ofSession()];
  }

  private ofSession(): string[] {
    const { version } = this.handshake;
    return [
      ...(this.id === undefined ? [] : ['Mcp-Session-Id', this.id]),
      ...(version === undefined ? [] : ['MCP-Protocol-Version', version]),
    ];
  }
}
