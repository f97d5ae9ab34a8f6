import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { InMemoryEventStore } from '@modelcontextprotocol/sdk/examples/shared/inMemoryEventStore.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { type HttpServer, serveHttp } from './http-server.js';

export interface SdkServerOptions {
  readonly stateful?: boolean;
  readonly json?: boolean;
  readonly resumable?: boolean;
}

/** A server of the official SDK with tools that show what a transport must carry. */
function tools(): McpServer {
  const server = new McpServer({ name: 'sdk', version: '1' }, { capabilities: { logging: {} } });
  const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
  server.registerTool('echo', { inputSchema: { words: z.string() } }, ({ words }) => text(words));
  server.registerTool('steps', { inputSchema: {} }, async (_args, extra) => {
    const progressToken = extra._meta?.progressToken ?? '';
    for (const progress of [1, 2, 3]) {
      const params = { progressToken, progress, total: 3 };
      await extra.sendNotification({ method: 'notifications/progress', params });
    }
    // SDK clients drop progress that comes together with the answer.
    await sleep(20);
    return text('three steps');
  });
  server.registerTool('ask', { inputSchema: {} }, async () => {
    const requestedSchema = {
      type: 'object' as const,
      properties: { name: { type: 'string' as const } },
    };
    const answer = await server.server.elicitInput({ message: 'your name?', requestedSchema });
    return text(`hello ${String(answer.content?.name)}`);
  });
  server.registerTool('cut', { inputSchema: {} }, async (_args, extra) => {
    extra.closeSSEStream?.();
    // The example's event store sorts by the millisecond, and the answer must come after the cut.
    await sleep(5);
    return text('after the cut');
  });
  return server;
}

/** A Streamable HTTP server of the SDK, at any path. */
export function startSdkHttp(options: SdkServerOptions = {}): Promise<HttpServer> {
  const { stateful = true, json = false, resumable = false } = options;
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const transport = new StreamableHTTPServerTransport({
      ...(stateful ? { sessionIdGenerator: () => randomUUID() } : {}),
      enableJsonResponse: json,
      ...(resumable ? { eventStore: new InMemoryEventStore(), retryInterval: 50 } : {}),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await tools().connect(transport);
    return transport;
  };
  return serveHttp(async ({ request, response, message }) => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (typeof id === 'string' && known === undefined) {
      response.writeHead(404).end();
      return;
    }
    await (known ?? (await open())).handleRequest(request, response, message);
  });
}

/** A server of HTTP+SSE of the SDK: the stream at /sse, the messages at /messages. */
export function startSdkSse(): Promise<HttpServer> {
  const sessions = new Map<string, SSEServerTransport>();
  return serveHttp(async ({ request, response, message }) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET' && url.pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', response);
      sessions.set(transport.sessionId, transport);
      response.on('close', () => sessions.delete(transport.sessionId));
      await tools().connect(transport);
      return;
    }
    const known = sessions.get(url.searchParams.get('sessionId') ?? '');
    if (known === undefined) response.writeHead(404).end('Cannot POST /sse');
    else await known.handlePostMessage(request, response, message);
  });
}
