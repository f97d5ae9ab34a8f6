import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { onTeardown } from './teardown.js';

/** One request as the server got it. */
export interface Swallowed {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A server that a test plays. */
export interface GullibleServer {
  readonly origin: string;
  readonly seen: Swallowed[];
}

/** UTF-7 far enough for what a test smuggles. */
function utf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-/g, (_, coded: string) =>
    coded === '' ? '+' : Buffer.from(coded, 'base64').swap16().toString('utf16le'),
  );
}

/** Everything that some server might read in this body. */
function readings(body: Buffer): string[] {
  const text = body.toString('utf8');
  const even = body.subarray(0, body.length - (body.length % 2));
  const wide = [even.toString('utf16le'), Buffer.from(even).swap16().toString('utf16le')];
  return [text, ...wide, utf7(text)].map((each) => each.replaceAll('\\/', '/'));
}

/** True when some server could run the tool `danger` for it, whatever the path, the method and the headers say. */
export function couldCallDanger({ body }: Swallowed): boolean {
  return readings(body).some((text) => text.includes('tools/call') && text.includes('danger'));
}

/**
 * An MCP server without any care: takes every path and method, answers every request that it can read, and keeps what
 * it got. `challenge` is announced on every answer.
 */
export async function startGullible(
  headers: Readonly<Record<string, string>> = {},
): Promise<GullibleServer> {
  const seen: Swallowed[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const { method = '', url = '', rawHeaders } = request;
    seen.push({ method, url, headers: request.headers, rawHeaders, body });
    const wantsStream = request.headers.accept === 'text/event-stream' && url.startsWith('/sse');
    if (method === 'GET' && wantsStream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: endpoint\ndata: /messages?s=1\n\n');
      return;
    }
    let id: unknown;
    try {
      id = JSON.parse(body.toString()).id;
    } catch {
      // Not JSON, and answered all the same.
    }
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: id ?? 0, result: { tools: [] } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  onTeardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${address.port}`, seen };
}
