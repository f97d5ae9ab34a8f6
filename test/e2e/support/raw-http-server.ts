import { randomUUID } from 'node:crypto';
import { type FuzeProcess, fixture, startDirect } from './fuze-process.js';
import { type HttpServer, json, serveHttp } from './http-server.js';

/** fixtures/raw-server as a Streamable HTTP server, with sessions for those who begin one. */
export interface RawHttpServer {
  readonly url: string;
  readonly http: HttpServer;
  /** The process that answers, for all clients together. */
  readonly process: FuzeProcess;
}

export async function serveRaw(...flags: readonly string[]): Promise<RawHttpServer> {
  const process = startDirect(fixture('raw-server', ...flags), { env: { RAW_JOURNAL: 'journal' } });
  const sessions = new Set<unknown>();
  let asked = 0;
  const http = await serveHttp(async (received) => {
    const { request, response, message } = received;
    const session = request.headers['mcp-session-id'];
    if (session !== undefined && !sessions.has(session)) {
      json(received, { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'gone' } }, 404);
    } else if (request.method === 'GET') {
      response.writeHead(405).end();
    } else if (request.method === 'DELETE') {
      sessions.delete(session);
      response.writeHead(200).end();
    } else if (message.id === undefined) {
      response.writeHead(202).end();
    } else {
      asked += 1;
      const { method, params, id } = message;
      const given = method === 'initialize' ? randomUUID() : undefined;
      if (given !== undefined) sessions.add(given);
      try {
        const answer = await process.request(method, params, `asked-${asked}`);
        const headers = given === undefined ? {} : { 'mcp-session-id': given };
        json(received, { ...Object(answer.json), id }, 200, headers);
      } catch {
        // It ended without an answer.
        response.destroy();
      }
    }
  });
  return { url: `${http.origin}/mcp`, http, process };
}
