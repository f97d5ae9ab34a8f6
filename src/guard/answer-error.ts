import { errorClass } from './error-class.js';

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

/** The class of a JSON-RPC error object, parsed. */
export function classOfRpcError(error: unknown): string {
  return isObject(error) && typeof error.code === 'number' ? `code ${error.code}` : 'error';
}
