import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface RawRequest {
  readonly method?: string;
  /** Names and values by turns, so that order, case and repeats are the test's own. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** An answer whose body is still to be read. */
export async function open(url: string | URL, options: RawRequest = {}): Promise<IncomingMessage> {
  const { method = 'GET', headers = [], body } = options;
  const { hostname, port, pathname, search, host } = new URL(url);
  const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))];
  const outgoing = request({
    ...{ hostname, port, method, path: pathname + search, agent: false },
    headers: ['Host', host, ...headers, ...length],
  });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  return response;
}

export interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A whole answer; the body byte for byte, as latin1. */
export async function ask(url: string | URL, options?: RawRequest): Promise<RawAnswer> {
  const response = await open(url, options);
  const { statusCode: status, headers, rawHeaders } = response;
  return { status, headers, rawHeaders, body: (await buffer(response)).toString('latin1') };
}

/** Reads a stream until it has this many bytes; what came as latin1. The stream goes on to be read. */
export function readBytes(response: IncomingMessage, length: number): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (text.length < length) return;
      response.off('data', take).off('close', closed).pause();
      resolve(text);
    };
    const closed = (): void => reject(new Error(`the stream ended after: ${text}`));
    response.on('data', take).once('close', closed).resume();
  });
}

export const MCP_HEADERS = [
  ...['Content-Type', 'application/json'],
  ...['Accept', 'application/json, text/event-stream'],
];

/** POSTs a body as an MCP client does. */
export function post(
  url: string | URL,
  body: string | Buffer,
  headers: readonly string[] = [],
): Promise<RawAnswer> {
  return ask(url, { method: 'POST', headers: [...MCP_HEADERS, ...headers], body });
}
