import type { IncomingHttpHeaders } from 'node:http';
import { ErrorCode } from '../../jsonrpc/error-code.js';
import { isObject } from '../../jsonrpc/is-object.js';

/** Why a POST is turned away before any session sees it. */
export interface PostRefusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly reason: string;
}

/**
 * What a POST without a session is. `modern` is 2026-07-28 and later: each message stands for itself. `initialize`
 * opens a session of an earlier revision, and `legacy` is all that would need one.
 */
export type PostEra = 'modern' | 'initialize' | 'legacy' | PostRefusal;

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
/** The first revision without sessions. */
export const STATELESS_SINCE = '2026-07-28';

function metaOf(message: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { params } = message;
  return isObject(params) && isObject(params._meta) ? params._meta : {};
}

function refuse(code: ErrorCode, reason: string): PostRefusal {
  return { status: 400, code, reason };
}

/** Whether a message carries the claim of its revision with it, as those from 2026-07-28 on do. */
export function claimsVersion(message: unknown): boolean {
  return isObject(message) && VERSION in metaOf(message);
}

/**
 * Which revision a message belongs to: its body says so, the header is only held against it (MCP 2026-07-28,
 * "Streamable HTTP", "Protocol Version Header"). `message` is the parsed body.
 */
export function eraOf(message: unknown, headers: IncomingHttpHeaders): PostEra {
  const version = headers['mcp-protocol-version'];
  const isModern = typeof version === 'string' && version >= STATELESS_SINCE;
  if (Array.isArray(message)) {
    const isMixed = message.some(claimsVersion);
    return isMixed
      ? refuse(ErrorCode.InvalidRequest, `a batch: ${STATELESS_SINCE} knows none`)
      : 'legacy';
  }
  if (!isObject(message) || typeof message.method !== 'string') return 'legacy';
  const meta = metaOf(message);
  if (!(VERSION in meta)) {
    if (message.method === 'initialize') {
      if (!isModern) return 'initialize';
      return refuse(ErrorCode.HeaderMismatch, `initialize with MCP-Protocol-Version ${version}`);
    }
    if (!isModern) return 'legacy';
    if (message.id === undefined) return 'modern';
    return refuse(ErrorCode.InvalidParams, `_meta["${VERSION}"] is missing`);
  }
  if (message.method === 'initialize') {
    // On a server that clients share, it would turn all of them back to an earlier revision.
    const reason = `initialize with _meta["${VERSION}"]: ${STATELESS_SINCE} knows none`;
    return { status: 404, code: ErrorCode.MethodNotFound, reason };
  }
  if (typeof meta[VERSION] !== 'string') {
    return refuse(ErrorCode.InvalidParams, `_meta["${VERSION}"] is not a string`);
  }
  if (message.id !== undefined && !isObject(meta[CAPABILITIES])) {
    return refuse(ErrorCode.InvalidParams, `_meta["${CAPABILITIES}"] is not an object`);
  }
  return 'modern';
}
