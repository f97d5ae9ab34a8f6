import { ErrorCode } from '../../jsonrpc/error-code.js';
import type { Frame } from '../../jsonrpc/framing.js';
import type { Sender } from '../../transport/answer-stream.js';
import { bearerMatches } from '../../transport/bearer-token.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { refuse } from './door.js';
import type { Credentials } from './hosted-session.js';

const SPACE = 0x20;
const EVENTS = 'text/event-stream';

/** The value of a header that stands once; of one that stands several times, the first. */
export function headerOf({ headers }: HttpRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The body as a message. White space at its end is no part of it, and no transport behind need know of it. */
export function frameOf({ body }: HttpRequest): Frame {
  let end = body.length;
  while (end > 0 && (body[end - 1] ?? SPACE + 1) <= SPACE) end -= 1;
  const message = body.subarray(0, end);
  return { kind: 'line', raw: message, body: message };
}

/** JSON is UTF-8 (RFC 8259, section 8.1); a server may believe the header all the same and read another text. */
const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?$/i;

/**
 * Whether the body says that it is JSON. Another type could be read in another way than the guard does, and the page
 * of a stranger may send some types without being asked for leave (Fetch Standard, "CORS-safelisted").
 */
export function isJson(request: HttpRequest): boolean {
  return JSON_TYPE.test(headerOf(request, 'content-type')?.trim() ?? '');
}

/** Answers a POST that is not. */
export function refuseType(request: HttpRequest): void {
  const reason = 'Content-Type must be application/json, in UTF-8';
  refuse(request, 415, ErrorCode.InvalidRequest, reason);
}

/** Whether the client takes events as an answer. */
export function takesEvents(request: HttpRequest): boolean {
  return headerOf(request, 'accept')?.toLowerCase().includes(EVENTS) === true;
}

/** Who sent it, as far as runs are told apart by it. `runHeader` is empty where none is configured. */
export function senderOf(
  request: HttpRequest,
  session: string | undefined,
  runHeader: string,
): Sender {
  const runName = runHeader === '' ? undefined : headerOf(request, runHeader);
  return { session, connection: request.connection, runName: runName === '' ? undefined : runName };
}

/** What the client shows to the server; not the token of fuze's own listener. */
export function credentialsOf(request: HttpRequest, token: string): Credentials {
  const { authorization } = request.headers;
  const isOwn = token !== '' && bearerMatches(authorization, token);
  return { authorization: isOwn ? undefined : authorization };
}
