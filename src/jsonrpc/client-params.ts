import type { ClientMessage } from './client-message.js';
import { decidingMembers } from './deciding-members.js';
import { hasDuplicateMembers } from './duplicate-members.js';
import { ErrorCode } from './error-code.js';
import { parseExact } from './exact-numbers.js';
import { type RequestId, readId } from './id.js';
import { isObject } from './is-object.js';
import { type Member, valueText } from './scan.js';

const DECIDING_PARAMS = ['name', 'arguments', 'inputResponses', 'requestState', 'task'];
const DECIDING_CANCELLED = ['requestId'];
const DECIDING_TASK = ['taskId'];

/** A message that is not forwarded. */
export function invalid(
  code: ErrorCode,
  reason: string,
  id?: RequestId,
  silent = false,
): Extract<ClientMessage, { kind: 'invalid' }> {
  return { kind: 'invalid', code, reason, id, silent };
}

/** A `tools/call` from its params; `member` says where they stand. */
export function readCall(
  bytes: Buffer,
  params: unknown,
  member: Member | undefined,
  id: RequestId | undefined,
): ClientMessage {
  const refuse = (reason: string, code: ErrorCode = ErrorCode.InvalidParams) =>
    invalid(code, `tools/call: ${reason}`, id, id === undefined);
  if (member === undefined) return refuse('params is missing');
  if (!isObject(params)) return refuse('params is not an object');
  const { members, doubt } = decidingMembers(bytes, member.valueStart, DECIDING_PARAMS);
  if (doubt !== undefined) return refuse(`params: ${doubt}`, ErrorCode.InvalidRequest);
  const { name: tool, arguments: args } = params;
  if (typeof tool !== 'string') return refuse(`params.name is ${describe(tool)}, not a string`);
  if (args !== undefined && !isObject(args)) {
    return refuse(`params.arguments is ${describe(args)}, not an object`);
  }
  const span = members.get('arguments');
  const text = span === undefined ? '{}' : valueText(bytes, span);
  const { inputResponses, requestState } = params;
  const begins = inputResponses === undefined && requestState === undefined;
  const exact = parseExact(text, args);
  return {
    kind: 'call',
    id,
    tool,
    args: isObject(exact) ? exact : {},
    argsBytes: span === undefined ? 0 : span.valueEnd - span.valueStart,
    canonicalArgs: undefined,
    meta: isObject(params._meta) ? params._meta : {},
    round: begins ? undefined : { inputResponses, requestState },
    asTask: isObject(params.task),
    ambiguousArgs: () => hasDuplicateMembers(text, args ?? {}),
  };
}

/** The id is read from the bytes: a double cannot hold them all, and the wrong call would be given up. */
export function readCancelled(
  bytes: Buffer,
  params: unknown,
  member: Member | undefined,
): ClientMessage {
  if (member === undefined || !isObject(params)) return { kind: 'cancelled', id: undefined };
  const { members, doubt } = decidingMembers(bytes, member.valueStart, DECIDING_CANCELLED);
  if (doubt !== undefined) {
    const reason = `notifications/cancelled: params: ${doubt}`;
    return invalid(ErrorCode.InvalidRequest, reason, undefined, true);
  }
  const span = members.get('requestId');
  return { kind: 'cancelled', id: span && readId(valueText(bytes, span)) };
}

/** A request of `tasks/…` tells the end of a call, so it must be plain which task it is about. */
export function readTaskRequest(
  bytes: Buffer,
  method: string,
  params: unknown,
  member: Member | undefined,
  id: RequestId,
): ClientMessage {
  if (member === undefined || !isObject(params)) return { kind: 'request', id, method, params };
  const { doubt } = decidingMembers(bytes, member.valueStart, DECIDING_TASK);
  if (doubt !== undefined) {
    return invalid(ErrorCode.InvalidRequest, `${method}: params: ${doubt}`, id);
  }
  const taskId = typeof params.taskId === 'string' ? params.taskId : undefined;
  return { kind: 'request', id, method, params, taskId };
}

/** A value in words, for a person who reads why it was refused. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
