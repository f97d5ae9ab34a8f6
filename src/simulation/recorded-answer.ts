import type { Micros } from '../config/settings.js';
import { sha256Hex } from '../evidence/canonical.js';
import { classOfFailedResult, classOfRpcError } from '../guard/answer-error.js';
import { errorClass } from '../guard/error-class.js';
import { resultText } from '../guard/result-text.js';
import type { Answer, Outcome } from '../guard/tool-call.js';
import { isObject } from '../jsonrpc/is-object.js';

/** Whether a value has the shape of an MCP tool result; a server may leave out `content` beside `structuredContent`. */
function isToolResult(value: unknown): value is Record<string, unknown> {
  return isObject(value) && (Array.isArray(value.content) || isObject(value.structuredContent));
}

/** What a tool returned, as an MCP server would send it: text as it is, every other value as JSON text, null as nothing. */
function asToolResult(value: unknown): Record<string, unknown> {
  if (isToolResult(value)) return value;
  if (value === null || value === undefined) return { content: [] };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { content: [{ type: 'text', text }] };
}

/** `compared` is the JSON text that equal answers share, `json` the whole of it. */
function answer(compared: string, json: string): Answer {
  return {
    resultHash: sha256Hex(compared),
    size: Buffer.byteLength(json),
    text: () => resultText(json),
  };
}

/**
 * The outcome of a call from its recorded result. As in the proxy, the hash leaves `_meta` out; it is over the JSON
 * text that the parsed result makes, since a recording keeps no bytes.
 */
export function outcomeOfResult(
  value: unknown,
  isError: boolean,
  cost: Micros | undefined,
): Outcome {
  const result = asToolResult(value);
  const { _meta, ...rest } = result;
  const compared = JSON.stringify(rest);
  const json = _meta === undefined ? compared : JSON.stringify(result);
  const common = answer(compared, json);
  if (isError || result.isError === true) {
    return { ...common, kind: 'failure', errorClass: classOfFailedResult(result) };
  }
  return {
    ...common,
    kind: 'success',
    result: () => json,
    ...(cost === undefined ? {} : { cost }),
  };
}

/** The outcome of a call from its recorded error: a JSON-RPC error object, or whatever the recorder kept of one. */
export function outcomeOfError(error: unknown): Outcome {
  const json = JSON.stringify(error);
  return { ...answer(json, json), kind: 'failure', errorClass: classOfError(error) };
}

function classOfError(error: unknown): string {
  if (typeof error === 'string') return errorClass(error);
  if (isObject(error) && typeof error.code !== 'number' && typeof error.message === 'string') {
    return errorClass(error.message);
  }
  return classOfRpcError(error);
}
