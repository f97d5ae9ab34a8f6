import { errorClass, outageClass, tellsOutage } from './error-class.js';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first text of a parsed tool result, which for a failure says what went wrong; empty when there is none. */
function firstText(result: unknown): string {
  if (!isObject(result) || !Array.isArray(result.content)) return '';
  for (const block of result.content) {
    if (isObject(block) && typeof block.text === 'string') return block.text;
  }
  return '';
}

/** The class of a tool result with `isError: true`, parsed. */
export function classOfFailedResult(result: unknown): string {
  return errorClass(firstText(result));
}

/** JSON-RPC 2.0, section 5.1: internal error, and the range left to servers, where SDKs report lost connections. */
function isServerFault(code: number): boolean {
  return code === -32603 || (code <= -32000 && code >= -32099);
}

/** The class of a JSON-RPC error object, parsed: its code, marked when it is an outage. */
export function classOfRpcError(error: unknown): string {
  if (!isObject(error) || typeof error.code !== 'number') return 'error';
  const kind = `code ${error.code}`;
  const message = typeof error.message === 'string' ? error.message : '';
  return isServerFault(error.code) || tellsOutage(message) ? outageClass(kind) : kind;
}
