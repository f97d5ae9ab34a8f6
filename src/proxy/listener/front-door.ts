import { ErrorCode } from '../../jsonrpc/error-code.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { type Door, refuse, refuseMethod } from './door.js';

/** Tells that fuze is there, and nothing else: needs no token. */
export const HEALTH_PATH = '/healthz';
export const METRICS_PATH = '/metrics';

/** Leads each request to the door that it is for. `metrics` writes the text for Prometheus. */
export function enter(
  request: HttpRequest,
  doors: readonly Door[],
  metrics: () => Promise<{ readonly type: string; readonly text: string }>,
): void {
  if (request.path === HEALTH_PATH || request.path === METRICS_PATH) {
    if (request.method !== 'GET') refuseMethod(request, 'GET');
    else if (request.path === HEALTH_PATH) request.reply.json(200, '{"status":"ok"}');
    else {
      void metrics().then(({ type, text }) =>
        request.reply.whole(200, text, { 'content-type': type }),
      );
    }
    return;
  }
  if (doors.some((door) => door.take(request))) return;
  const reason = `there is nothing at ${request.path}: MCP is at /mcp, and HTTP+SSE at /sse`;
  refuse(request, 404, ErrorCode.InvalidRequest, reason);
}
