import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Message } from '../../e2e/support/message.js';
import { onTeardown } from '../../e2e/support/teardown.js';

/** One event of a stream. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** What came back for one request, read to its end. */
export interface Reply {
  readonly status: number;
  readonly sessionId: string | undefined;
  /** All messages, of a JSON body or of a stream. */
  readonly messages: readonly Message[];
}

/** A stream that is read as it comes. */
export interface OpenStream {
  readonly status: number;
  readonly sessionId: string | undefined;
  readonly response: IncomingMessage;
  /** Takes the next event; undefined once the stream has ended or broke. */
  next(): Promise<StreamEvent | undefined>;
  /** Closes the socket under it. */
  cut(): void;
}

type Headers = Readonly<Record<string, string>>;

const LEGACY = '2025-11-25';
const MODERN = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'load', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

function eventOf(block: string): StreamEvent {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  return { id: field('id'), event: field('event'), data: field('data') ?? '' };
}

async function* eventsOf(response: IncomingMessage): AsyncGenerator<StreamEvent> {
  let rest = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const blocks = (rest + String(chunk)).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) if (!block.startsWith(':')) yield eventOf(block);
    }
  } catch {
    // Cut: that is an end too.
  }
}

const isEvents = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('text/event-stream') === true;

const sessionOf = ({ headers }: IncomingMessage): string | undefined => {
  const id = headers['mcp-session-id'];
  return typeof id === 'string' ? id : undefined;
};

async function messagesOf(response: IncomingMessage): Promise<Message[]> {
  const messages: Message[] = [];
  if (isEvents(response)) {
    for await (const { data } of eventsOf(response)) {
      if (data !== '') messages.push(new Message(Buffer.from(data)));
    }
    return messages;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  return body.length === 0 ? [] : [new Message(body)];
}

/** A client over HTTP with connections of its own, written by hand: light enough for hundreds of them. */
export class LoadClient {
  /** Of Streamable HTTP up to 2025-11-25, once it is open. */
  sessionId: string | undefined;
  private readonly agent: Agent;

  /** `origin` is that of the listener, without a path. */
  constructor(
    readonly origin: string,
    connections = Number.POSITIVE_INFINITY,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
    onTeardown(() => this.close());
  }

  /** Destroys all its connections. */
  close(): void {
    this.agent.destroy();
  }

  /** Sends a request; resolves with its answer, of which only the head has come. */
  send(
    method: string,
    path: string,
    headers: Headers,
    body?: string,
  ): { readonly request: ClientRequest; readonly response: Promise<IncomingMessage> } {
    const { agent } = this;
    const sent = request(`${this.origin}${path}`, { method, agent, headers: { ...headers } });
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      sent.on('error', reject);
    });
    sent.end(body);
    return { request: sent, response };
  }

  async open(method: string, path: string, headers: Headers, body?: string): Promise<OpenStream> {
    const response = await this.send(method, path, headers, body).response;
    const events = eventsOf(response);
    return {
      status: response.statusCode ?? 0,
      sessionId: sessionOf(response),
      response,
      next: async () => {
        const { value, done } = await events.next();
        return done === true ? undefined : value;
      },
      cut: () => response.destroy(),
    };
  }

  /** POSTs a message in the session. */
  async post(message: object, headers: Headers = {}, path = '/mcp'): Promise<Reply> {
    const { response } = this.send('POST', path, this.headers(headers), JSON.stringify(message));
    const answer = await response;
    return {
      status: answer.statusCode ?? 0,
      sessionId: sessionOf(answer),
      messages: await messagesOf(answer),
    };
  }

  /** The headers of a POST in the session. */
  headers(more: Headers = {}): Headers {
    const session = this.sessionId === undefined ? {} : { 'mcp-session-id': this.sessionId };
    return {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...session,
      ...more,
    };
  }

  /** Opens a session; the status tells whether there is one. */
  async initialize(): Promise<Reply> {
    const reply = await this.post(initializeMessage);
    if (reply.status === 200) this.sessionId = reply.sessionId;
    return reply;
  }

  /** The stream for what the server says of its own accord. */
  listen(headers: Headers = {}): Promise<OpenStream> {
    return this.open('GET', '/mcp', this.headers({ accept: 'text/event-stream', ...headers }));
  }

  /** Ends the session; resolves with the status. */
  async leave(): Promise<number> {
    const response = await this.send('DELETE', '/mcp', this.headers()).response;
    response.resume();
    return response.statusCode ?? 0;
  }

  /** A `tools/call` of 2026-07-28. */
  callModern(
    id: number | string,
    tool: string,
    args: object,
    meta: object = {},
    headers: Headers = {},
  ): Promise<Reply> {
    return this.post(modernCall(id, tool, args, meta), { ...modernHeaders(tool), ...headers });
  }

  async get(path: string): Promise<string> {
    const response = await this.send('GET', path, {}).response;
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return text;
  }
}

export const initializeMessage = {
  jsonrpc: '2.0',
  id: 'init',
  method: 'initialize',
  params: {
    protocolVersion: LEGACY,
    capabilities: {},
    clientInfo: { name: 'load', version: '1' },
  },
};

export const call = (id: number | string, name: string, args: object, meta?: object): object => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args, ...(meta && { _meta: meta }) },
});

export const modernCall = (
  id: number | string,
  name: string,
  args: object,
  meta: object = {},
): object => call(id, name, args, { ...META, ...meta });

export const modernHeaders = (tool: string): Headers => ({
  'mcp-protocol-version': MODERN,
  'mcp-method': 'tools/call',
  'mcp-name': tool,
});

/** A client over HTTP+SSE of 2024-11-05, its session open. */
export class SseClient {
  private readonly waiting = new Map<unknown, (message: Message) => void>();

  private constructor(
    readonly client: LoadClient,
    readonly stream: OpenStream,
    private readonly endpoint: string,
  ) {
    void this.read();
  }

  /** Undefined where it was turned away. */
  static async open(client: LoadClient): Promise<SseClient | undefined> {
    const stream = await client.open('GET', '/sse', { accept: 'text/event-stream' });
    const endpoint = await stream.next();
    if (stream.status !== 200 || endpoint === undefined) return undefined;
    const session = new SseClient(client, stream, endpoint.data);
    await session.ask(initializeMessage, 'init');
    return session;
  }

  /** POSTs a request; resolves with its answer, which comes over the stream. */
  async ask(message: object, id: unknown): Promise<Message> {
    const answered = new Promise<Message>((resolve) => this.waiting.set(id, resolve));
    await this.client.post(message, {}, this.endpoint);
    return answered;
  }

  private async read(): Promise<void> {
    for (let event = await this.stream.next(); event; event = await this.stream.next()) {
      const message = new Message(Buffer.from(event.data));
      const resolve = this.waiting.get(message.id);
      if (resolve === undefined) throw new Error(`an answer that nobody asked for: ${event.data}`);
      this.waiting.delete(message.id);
      resolve(message);
    }
  }
}
