import type { CallMessage } from './client-message.js';
import { mayBeInexact } from './exact-numbers.js';
import type { RequestId } from './id.js';
import { isObject } from './is-object.js';

/** Above this, writing a message anew costs more than walking its bytes. */
const MAX_BYTES = 16_384;
const NO_META = {};

function never(): boolean {
  return false;
}

function plainId(id: unknown): RequestId | undefined {
  if (typeof id === 'string') return { raw: JSON.stringify(id), key: `s${id}` };
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return undefined;
  return { raw: `${id}`, key: `n${id}` };
}

/**
 * A `tools/call` as nearly all clients write it, from its text and its parsed value; undefined for anything else, which
 * is then read with more care. What JSON.stringify makes of the value is the very text that came: so no member stands
 * twice, and no name is spelt with escapes. What remains to be looked at are numbers that fall together in a double, and
 * names of members, for some parsers take `Method` for `method`.
 */
export function readPlainCall(text: string, value: unknown): CallMessage | undefined {
  if (text.length > MAX_BYTES || !isObject(value) || value.method !== 'tools/call')
    return undefined;
  const { params } = value;
  const id = plainId(value.id);
  if (id === undefined || !isObject(params) || typeof params.name !== 'string') return undefined;
  for (const name in value) {
    if (name !== 'jsonrpc' && name !== 'id' && name !== 'method' && name !== 'params') return;
  }
  for (const name in params) {
    if (name !== 'name' && name !== 'arguments' && name !== '_meta') return undefined;
  }
  const { arguments: args = {}, _meta: meta } = params;
  if (!isObject(args) || mayBeInexact(text) || JSON.stringify(value) !== text) return undefined;
  return {
    kind: 'call',
    id,
    tool: params.name,
    args,
    argsBytes: params.arguments === undefined ? 0 : Buffer.byteLength(JSON.stringify(args)),
    meta: isObject(meta) ? meta : NO_META,
    round: undefined,
    asTask: false,
    ambiguousArgs: never,
  };
}
