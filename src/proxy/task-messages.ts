import { isObject } from '../jsonrpc/is-object.js';
import { keyText, type Member, scanMembers, valueText } from '../jsonrpc/scan.js';
import { type AnswerMessage, readServerMessage } from '../jsonrpc/server-message.js';

/**
 * What a server tells of a task. The form of 2025-11-25 has `ttl`, and the result comes by `tasks/result`; that of
 * the extension io.modelcontextprotocol/tasks (2026-07-28) has `ttlMs`, and the result or error within.
 */
export interface TaskState {
  /** Undefined where it is not named, or at a length that nobody could remember. */
  readonly taskId: string | undefined;
  readonly status: string | undefined;
  /** Milliseconds from its creation; undefined where it has no end. */
  readonly ttl: number | undefined;
  readonly statusMessage: string | undefined;
  /** The result or error of the call, where it stands within. */
  readonly answer: AnswerMessage | undefined;
  /** JSON text of all of it. */
  readonly text: string;
}

const TASK_RESULT = '"task"';
/** Ids are remembered while tasks run, so they have a bound; real ones have 36 characters. */
const MAX_ID = 1_000;
const RELATED_TASK = 'io.modelcontextprotocol/related-task';

function parsed(bytes: Buffer, member: Member | undefined): unknown {
  if (member === undefined) return undefined;
  try {
    return JSON.parse(valueText(bytes, member));
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A member of a task as if it were an answer of its own. */
function answerWithin(
  bytes: Buffer,
  name: 'result' | 'error',
  member: Member,
): AnswerMessage | undefined {
  const { valueStart, valueEnd } = member;
  const value = bytes.subarray(valueStart, valueEnd);
  const whole = Buffer.concat([Buffer.from(`{"${name}":`), value, Buffer.from('}')]);
  const message = readServerMessage(whole);
  return message.kind === 'answer' ? message : undefined;
}

/** Reads a task where it stands in a message of the server; undefined where that is no object. */
export function readTask(bytes: Buffer, at: Member | undefined): TaskState | undefined {
  if (at === undefined) return undefined;
  const members = new Map<string, Member>();
  const end = scanMembers(bytes, at.valueStart, (member) => {
    members.set(keyText(bytes, member.keyStart, member.keyEnd), member);
  });
  if (end === -1) return undefined;
  const value = (name: string): unknown => parsed(bytes, members.get(name));
  const ttl = value('ttlMs') ?? value('ttl');
  const status = text(value('status'));
  const taskId = text(value('taskId'));
  const within = status === 'failed' ? 'error' : 'result';
  const member = members.get(within);
  return {
    taskId: taskId !== undefined && taskId.length <= MAX_ID ? taskId : undefined,
    status,
    ttl: typeof ttl === 'number' && ttl >= 0 ? ttl : undefined,
    statusMessage: text(value('statusMessage')),
    answer: member && answerWithin(bytes, within, member),
    text: valueText(bytes, at),
  };
}

/**
 * The task that a call is answered with. In the form of 2025-11-25 the client must have asked for one (`asTask`):
 * any other result may have a member of that name.
 */
export function createdTask(answer: AnswerMessage, asTask: boolean): TaskState | undefined {
  const { bytes, result, resultMembers } = answer;
  const type = resultMembers.get('resultType');
  if (type !== undefined && valueText(bytes, type) === TASK_RESULT) return readTask(bytes, result);
  return asTask ? readTask(bytes, resultMembers.get('task')) : undefined;
}

/** The task that an answer to `tasks/result` says it belongs to; undefined where it does not say. */
export function relatedTask({ bytes, resultMembers }: AnswerMessage): string | undefined {
  const meta = parsed(bytes, resultMembers.get('_meta'));
  const related = isObject(meta) ? meta[RELATED_TASK] : undefined;
  return isObject(related) ? text(related.taskId) : undefined;
}

/** The code of a JSON-RPC error; undefined for a result. */
export function errorCodeOf({ bytes, error }: AnswerMessage): number | undefined {
  const value = parsed(bytes, error);
  return isObject(value) && typeof value.code === 'number' ? value.code : undefined;
}
