import { Agent, request } from 'node:http';
import { HttpAnswer } from './http-answer.js';
import type { Message } from './message.js';
import { onTeardown } from './teardown.js';

/** The revisions with sessions, and the one in which each request stands for itself. */
export type Era = 'sessions' | 'stateless';

export interface AgentOptions {
  readonly era: Era;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Put into `_meta` of every request. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'agent', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
};
const VERSION = { sessions: '2025-11-25', stateless: '2026-07-28' } as const;

type Headers = Readonly<Record<string, string>>;
type Params = Readonly<Record<string, unknown>>;

/** A client over Streamable HTTP in plain requests, one at a time over one connection unless a stream stays open. */
export class HttpAgent {
  /** As the server gave it. */
  session: string | undefined;
  /** Names the run in `_meta`, as a tracing client does; may be changed. */
  meta: Readonly<Record<string, unknown>>;
  readonly #connection = new Agent({ keepAlive: true, maxFreeSockets: 1 });
  readonly #url: URL;
  #lastId = 0;

  constructor(
    url: string,
    readonly options: AgentOptions,
  ) {
    this.#url = new URL(url);
    this.meta = options.meta ?? {};
    onTeardown(() => this.leave());
  }

  /** The handshake, where there is one. */
  async begin(): Promise<this> {
    if (this.options.era === 'stateless') return this;
    const clientInfo = { name: 'agent', version: '1' };
    const params = { protocolVersion: VERSION.sessions, capabilities: {}, clientInfo };
    const answer = await this.ask('initialize', params);
    await answer.result();
    this.session = String(answer.headers['mcp-session-id']);
    await (await this.post({ jsonrpc: '2.0', method: 'notifications/initialized' })).over;
    return this;
  }

  /** `tools/call`, with its answer. */
  async call(name: string, args: object = {}, more: Params = {}): Promise<Message> {
    return (await this.calling(name, args, more)).result();
  }

  /** The same, with the way in which it is answered. */
  calling(name: string, args: object = {}, more: Params = {}): Promise<HttpAnswer> {
    return this.ask('tools/call', { name, arguments: args, ...more });
  }

  async request(method: string, params: Params = {}): Promise<Message> {
    return (await this.ask(method, params)).result();
  }

  /** Sends a request; resolves with the head of its answer. Ids count from 1 where none is given. */
  ask(method: string, params: Params = {}, id: unknown = this.#nextId()): Promise<HttpAnswer> {
    const { _meta: own } = params;
    const base = this.options.era === 'stateless' ? MODERN_META : {};
    const _meta = { ...base, ...this.meta, ...(own instanceof Object ? own : {}) };
    return this.post({ jsonrpc: '2.0', id, method, params: { ...params, _meta } });
  }

  /** POSTs a message with the headers that belong to it, and these. */
  post(message: object, headers: Headers = {}): Promise<HttpAnswer> {
    const body = JSON.stringify(message);
    return this.send('POST', { ...this.#headersFor(message), ...headers }, body);
  }

  /** Opens the stream of the server's own messages, or takes a stream up again. */
  listen(lastEventId?: string): Promise<HttpAnswer> {
    const resumed = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    return this.send('GET', { accept: 'text/event-stream', ...this.#ofSession(), ...resumed });
  }

  /** Ends the session. */
  async end(): Promise<number> {
    const answer = await this.send('DELETE', this.#ofSession());
    await answer.over;
    return answer.status;
  }

  /** Closes its connections. */
  leave(): void {
    this.#connection.destroy();
  }

  send(method: string, headers: Headers, body?: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const all = { ...this.options.headers, ...headers };
      const outgoing = request(this.#url, { method, headers: all, agent: this.#connection });
      outgoing.once('response', (response) => resolve(new HttpAnswer(response)));
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #ofSession(): Record<string, string> {
    const version = { 'mcp-protocol-version': VERSION[this.options.era] };
    return this.session === undefined ? version : { ...version, 'mcp-session-id': this.session };
  }

  #headersFor(message: object): Record<string, string> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...this.#ofSession(),
    };
    if (this.options.era === 'sessions') return headers;
    const { method, params } = { method: undefined, params: undefined, ...message };
    if (typeof method === 'string') headers['mcp-method'] = method;
    const named: unknown = params;
    if (named instanceof Object) {
      const { name, taskId } = { name: undefined, taskId: undefined, ...named };
      const mirrored = method === 'tools/call' ? name : taskId;
      if (typeof mirrored === 'string') headers['mcp-name'] = mirrored;
    }
    return headers;
  }
}
