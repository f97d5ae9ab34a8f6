import { isUtf8 } from 'node:buffer';
import { withoutMark } from './byte-order-mark.js';
import { describe, invalid, readCall, readCancelled, readTaskRequest } from './client-params.js';
import { decidingMembers } from './deciding-members.js';
import { ErrorCode } from './error-code.js';
import { type RequestId, readId } from './id.js';
import { isObject } from './is-object.js';
import { type ReceivedLine, withoutEnd } from './line.js';
import { readPlainCall } from './plain-call.js';
import { scanElements, valueText } from './scan.js';
import { skipSpace } from './scan-scalar.js';

/** A `tools/call` with what is needed to judge it. */
export interface CallMessage {
  readonly kind: 'call';
  /** Undefined for a notification: a server may execute it, and nobody would see the answer. */
  readonly id: RequestId | undefined;
  readonly tool: string;
  /** As sent; numbers that a double cannot hold are strings. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Bytes of the arguments as they came. */
  readonly argsBytes: number;
  /** The arguments in the form of RFC 8785, where they came in it. */
  readonly canonicalArgs: string | undefined;
  readonly meta: Readonly<Record<string, unknown>>;
  /** What makes it a further round of an earlier call (2026-07-28); undefined where it has neither. */
  readonly round: { readonly inputResponses: unknown; readonly requestState: unknown } | undefined;
  /** True where the client asks for a task in place of the result (2025-11-25). */
  readonly asTask: boolean;
  /** True when an object inside the arguments has a member twice: servers disagree on which one counts. */
  readonly ambiguousArgs: () => boolean;
}

/** What the client sent, read far enough to judge it. */
export type ClientMessage =
  | CallMessage
  | {
      readonly kind: 'request';
      readonly id: RequestId;
      readonly method: string;
      readonly params: unknown;
      /** The task that a request of `tasks/…` is about. */
      readonly taskId?: string | undefined;
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  /** `notifications/cancelled`; the id is undefined where it names none. */
  | { readonly kind: 'cancelled'; readonly id: RequestId | undefined }
  | {
      readonly kind: 'response';
      readonly id: RequestId | undefined;
      /** Undefined for an error. */
      readonly result: unknown;
    }
  | {
      readonly kind: 'batch';
      readonly elements: readonly { readonly message: ClientMessage; readonly bytes: Buffer }[];
    }
  | {
      readonly kind: 'invalid';
      readonly code: ErrorCode;
      readonly reason: string;
      /** The id to answer with; undefined when there was none to read. */
      readonly id: RequestId | undefined;
      /** True for a message without an id, which must not be answered. */
      readonly silent: boolean;
    };

const CR = 0x0d;
const DECIDING_MEMBERS = ['jsonrpc', 'id', 'method', 'params'];

function readObject(bytes: Buffer, at: number, value: Record<string, unknown>): ClientMessage {
  const { members, doubt, doubtful } = decidingMembers(bytes, at, DECIDING_MEMBERS);
  const idMember = members.get('id');
  const idText = idMember && valueText(bytes, idMember);
  const id = idText === undefined ? undefined : readId(idText);
  if (doubt !== undefined) {
    // A response has an id of the server's, which must not come back to the client as if it were an answer.
    const answerable = members.has('method') && !doubtful.has('id');
    return invalid(ErrorCode.InvalidRequest, doubt, answerable ? id : undefined);
  }
  const { method, params } = value;
  if (method === undefined) {
    if ('result' in value || 'error' in value) {
      return { kind: 'response', id, result: value.result };
    }
    return invalid(ErrorCode.InvalidRequest, 'neither a request nor a response', id);
  }
  if (idText !== undefined && id === undefined) {
    return invalid(
      ErrorCode.InvalidRequest,
      `id must be a string or a number, not ${idText.slice(0, 40)}`,
    );
  }
  if (typeof method !== 'string') {
    return invalid(ErrorCode.InvalidRequest, `method is ${describe(method)}, not a string`, id);
  }
  if (method === 'tools/call') return readCall(bytes, params, members.get('params'), id);
  if (id !== undefined) {
    return method.startsWith('tasks/')
      ? readTaskRequest(bytes, method, params, members.get('params'), id)
      : { kind: 'request', id, method, params };
  }
  if (method === 'notifications/cancelled') {
    return readCancelled(bytes, params, members.get('params'));
  }
  return { kind: 'notification', method, params };
}

function readValue(bytes: Buffer, at: number, value: unknown): ClientMessage {
  if (!isObject(value)) {
    return invalid(ErrorCode.InvalidRequest, `a message must be an object, not ${describe(value)}`);
  }
  return readObject(bytes, at, value);
}

function readBatch(bytes: Buffer, at: number, values: readonly unknown[]): ClientMessage {
  const spans = scanElements(bytes, at);
  if (spans === undefined || spans.length !== values.length) {
    return invalid(ErrorCode.ParseError, 'not JSON');
  }
  if (spans.length === 0) return invalid(ErrorCode.InvalidRequest, 'an empty batch');
  const elements = spans.map(({ start, end }, index) => {
    const element = bytes.subarray(start, end);
    return { message: readValue(element, 0, values[index]), bytes: element };
  });
  return { kind: 'batch', elements };
}

/**
 * Reads one message of the client. Whatever a server could take for a `tools/call` comes back as one, and
 * what parsers could read in two ways comes back as `invalid`. A line may have its end; a message that is the body of an
 * HTTP request may be written in several lines.
 */
export function readClientMessage(bytes: Buffer, framing: 'line' | 'body' = 'line'): ClientMessage {
  const body = framing === 'line' ? withoutEnd(bytes) : bytes;
  return readPlainCall(body) ?? readAnyMessage(body, framing);
}

/** The same for a line where it lies among others. */
export function readClientLine(line: ReceivedLine): ClientMessage {
  return readPlainCall(line.memory, line.start, line.end) ?? readAnyMessage(line.body, 'line');
}

/** The careful reading, of all kinds of messages. */
function readAnyMessage(body: Buffer, framing: 'line' | 'body'): ClientMessage {
  if (!isUtf8(body)) return invalid(ErrorCode.ParseError, 'not valid UTF-8');
  // A lone carriage return ends a line for some readers (Python's universal newlines), not for others.
  if (framing === 'line' && body.includes(CR)) {
    return invalid(ErrorCode.ParseError, 'a carriage return inside the message');
  }
  const content = withoutMark(body);
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    return invalid(ErrorCode.ParseError, 'not JSON');
  }
  const at = skipSpace(content, 0);
  return Array.isArray(value) ? readBatch(content, at, value) : readValue(content, at, value);
}
