import type { ErrorCode } from './error-code.js';

/** An error response as JSON text. `id` is JSON text; null where the request's could not be read. */
export function errorReply(
  id: string | null,
  code: ErrorCode,
  message: string,
  data?: unknown,
): string {
  const error = JSON.stringify(data === undefined ? { code, message } : { code, message, data });
  return `{"jsonrpc":"2.0","id":${id ?? 'null'},"error":${error}}`;
}

/** A result response as JSON text; `result` is JSON text already. */
export function resultReply(id: string, result: string): string {
  return `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
}

/** Takes a request back (MCP, "cancellation"). `id` is JSON text. */
export function cancelledNotification(id: string, reason: string): string {
  return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id},"reason":${JSON.stringify(reason)}}}`;
}
