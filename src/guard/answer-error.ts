import { errorClass, generalForm, outageClass } from './error-class.js';
import { natureOf } from './error-nature.js';

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

/**
 * JSON-RPC 2.0, section 5.1: internal error, and the range left to servers. SDKs report lost connections so, but also
 * whatever a tool throws, such as a mistake in its SQL: the code alone says little.
 */
function isServerFault(code: number): boolean {
  return code === -32603 || (code <= -32000 && code >= -32099);
}

/** What SDKs and servers write when they say no more than the code. */
const BARE_MESSAGE = /^(?:(?:json-?rpc |mcp )?(?:internal|server|unknown)(?: server)? error)?\W*$/i;

/** The class of a JSON-RPC error object, parsed: its code, with what it says where the code is general; marked when it is an outage. */
export function classOfRpcError(error: unknown): string {
  if (!isObject(error) || typeof error.code !== 'number') return 'error';
  const code = `code ${error.code}`;
  const message = typeof error.message === 'string' ? error.message : '';
  const isFault = isServerFault(error.code);
  const isBare = BARE_MESSAGE.test(message);
  const kind = isFault && !isBare ? `${code}: ${generalForm(message)}` : code;
  return natureOf(message) === 'outage' || (isFault && isBare) ? outageClass(kind) : kind;
}
