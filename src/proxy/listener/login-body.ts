import { isUtf8 } from 'node:buffer';
import { decidingMembers } from '../../jsonrpc/deciding-members.js';
import { isObject } from '../../jsonrpc/is-object.js';
import { skipSpace } from '../../jsonrpc/scan-scalar.js';

/** Of JSON-RPC; what registers a client has none of them (RFC 7591, section 2). */
const OF_MESSAGES = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
/** Percent-encoding leaves none of them in a form (WHATWG URL, section 5.2), and no JSON message lacks them. */
const OF_JSON = /[{["]/;
/** A server that believed it would read another text. */
const OTHER_CHARSET = /charset(?!\s*=\s*"?utf-?8"?\s*(?:;|$))/i;

/**
 * Whether a body can be what logs a client in: nothing, a form, or the metadata of a client. Some servers take
 * messages at every path, and what is passed on here is not judged: so nothing passes that could be a message.
 */
export function logsIn(body: Buffer, contentType: string): boolean {
  if (OTHER_CHARSET.test(contentType)) return false;
  if (!OF_JSON.test(body.toString('latin1'))) return true;
  if (!isUtf8(body)) return false;
  try {
    if (!isObject(JSON.parse(body.toString()))) return false;
  } catch {
    return false;
  }
  return decidingMembers(body, skipSpace(body, 0), OF_MESSAGES).members.size === 0;
}
