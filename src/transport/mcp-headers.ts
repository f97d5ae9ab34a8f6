import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from '../jsonrpc/is-object.js';
import { decodeHeaderValue, encodeHeaderValue } from './header-value.js';
import type { ParamHeader } from './param-headers.js';

export { type ParamHeader, paramHeadersOf } from './param-headers.js';

/**
 * Headers that repeat what the body says, so that others can route by them (MCP 2026-07-28, Streamable HTTP,
 * "Request Metadata"). fuze itself decides on the body alone.
 */

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
/** Which member of `params` `Mcp-Name` repeats: "Standard Request Headers", and for tasks SEP-2663. */
const NAME_SOURCES: ReadonlyMap<unknown, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const LONGEST_SHOWN = 80;

/** A header, and the value in the body that it repeats. */
interface Mirrored {
  readonly header: string;
  readonly value: string | number | boolean;
  /** False for those whose values are never in Base64. */
  readonly mayBeEncoded: boolean;
}

function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What can stand in a header. Integers beyond 2^53 cannot: the body's own digits are lost ("Schema Extension"). */
function isHeaderValue(value: unknown): value is string | number | boolean {
  if (typeof value !== 'number') return typeof value === 'string' || typeof value === 'boolean';
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** In the order in which the specification names them. */
function mirrored(message: unknown, paramHeaders: readonly ParamHeader[]): Mirrored[] {
  const found: Mirrored[] = [];
  const add = (header: string, value: unknown, mayBeEncoded: boolean): void => {
    if (isHeaderValue(value)) found.push({ header, value, mayBeEncoded });
  };
  const method = text(own(message, 'method'));
  const params = own(message, 'params');
  add('MCP-Protocol-Version', text(own(own(params, '_meta'), VERSION_KEY)), false);
  add('Mcp-Method', method, false);
  const source = NAME_SOURCES.get(method);
  if (source !== undefined) add('Mcp-Name', text(own(params, source)), true);
  if (method !== 'tools/call') return found;
  for (const { header, path } of paramHeaders) {
    add(header, path.reduce(own, own(params, 'arguments')), true);
  }
  return found;
}

/**
 * The headers that a client sends with this message ("Client Behavior"). None for a message that names no
 * protocol version: before 2026-07-28 there were no such headers.
 */
export function headersFor(
  message: unknown,
  paramHeaders: readonly ParamHeader[],
): Record<string, string> {
  const all = mirrored(message, paramHeaders);
  if (all[0]?.header !== 'MCP-Protocol-Version') return {};
  return Object.fromEntries(
    all.map(({ header, value }) => [header, encodeHeaderValue(String(value))]),
  );
}

function shown(value: unknown): string {
  const quoted = JSON.stringify(value);
  return quoted.length <= LONGEST_SHOWN ? quoted : `${quoted.slice(0, LONGEST_SHOWN)}…`;
}

/** Numbers by their value ("Server Validation": `42.0` and `42` are equal), all else by its text. */
function fits(said: string, value: Mirrored['value']): boolean {
  if (typeof value === 'number' && DECIMAL.test(said)) return Number(said) === value;
  return said === String(value);
}

/**
 * Why the headers of a POST do not fit its body ("Server Validation"), for an answer of 400 with -32020, or
 * undefined if they fit. With `required` a request's headers must also all be there; a notification's need
 * not. A header whose value the body does not have is not looked at, as in the reference implementation.
 *
 * @param headers with names in lower case and outer space gone, as Node gives them
 */
export function headerMismatch(
  headers: IncomingHttpHeaders,
  message: unknown,
  paramHeaders: readonly ParamHeader[],
  { required }: { readonly required: boolean },
): string | undefined {
  const isRequest = own(message, 'id') !== undefined;
  for (const { header, value, mayBeEncoded } of mirrored(message, paramHeaders)) {
    const sent = headers[header.toLowerCase()];
    const raw = Array.isArray(sent) ? sent.join(', ') : sent;
    if (raw === undefined) {
      if (!required || !isRequest) continue;
      return `Header mismatch: the header ${header} is missing, the body says ${shown(value)}`;
    }
    const said = mayBeEncoded ? decodeHeaderValue(raw) : raw;
    if (said === undefined) {
      return `Header mismatch: the header ${header} is ${shown(raw)}, which is neither plain ASCII nor valid =?base64?…?=`;
    }
    if (fits(said, value)) continue;
    return `Header mismatch: the header ${header} says ${shown(said)}, the body says ${shown(value)}`;
  }
  return undefined;
}
