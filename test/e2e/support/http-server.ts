import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTeardown } from './teardown.js';

/** One request as a server got it, and the way to answer it. */
export interface Received {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
  /** The parsed body; undefined where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever a client sent
  readonly message: any;
}

/** A server that a test plays, ended with the test. */
export interface HttpServer {
  /** Without a path. */
  readonly origin: string;
  /** All requests so far: method, path and what of the headers the protocol needs. */
  readonly seen: Received[];
  /** Cuts all connections. */
  cut(): void;
  /** Stops listening and cuts all connections. */
  close(): Promise<void>;
}

export type Answering = (received: Received) => void | Promise<void>;

/** Listens on a port of 127.0.0.1, the same again with `port`. */
export async function serveHttp(answer: Answering, port = 0): Promise<HttpServer> {
  const seen: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => '');
    const received = {
      request,
      response,
      body,
      message: body === '' ? undefined : JSON.parse(body),
    };
    seen.push(received);
    await answer(received);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onTeardown(close);
  return {
    origin: `http://127.0.0.1:${address.port}`,
    seen,
    cut: () => server.closeAllConnections(),
    close,
  };
}

/** Answers with one JSON body. */
export function json({ response }: Received, value: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** Answers with a stream of events, which stays open. */
export function openEvents({ response }: Received, headers = {}): (text: string) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.flushHeaders();
  return (text) => void response.write(text);
}

/** A message as an event. */
export const eventText = (message: unknown, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`;

export const result = (id: unknown, value: object): object => ({
  jsonrpc: '2.0',
  id,
  result: value,
});

export const INITIALIZE_RESULT = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'played', version: '1' },
};

/**
 * Answers the handshake and everything else in the plainest way, and leaves the `tools/call` to `call`.
 * `session` is the id that it gives, if any.
 */
export function plainServer(
  call: Answering,
  session: () => string | undefined = () => undefined,
): Answering {
  return (received) => {
    const { request, response, message } = received;
    if (request.method === 'GET') response.writeHead(405).end();
    else if (request.method === 'DELETE') response.writeHead(200).end();
    else if (message?.id === undefined || message.method === undefined)
      response.writeHead(202).end();
    else if (message.method === 'initialize') {
      const id = session();
      json(received, result(message.id, INITIALIZE_RESULT), 200, id && { 'mcp-session-id': id });
    } else if (message.method === 'tools/call') return call(received);
    else json(received, result(message.id, {}));
  };
}

/** The result of a tool. */
export const said = (id: unknown, words: string): object =>
  result(id, { content: [{ type: 'text', text: words }] });
