import { type RequestId, readId } from './id.js';
import type { ReceivedLine } from './line.js';
import { readPlainAnswer } from './plain-answer.js';
import { keyText, type Member, parseString, scanElements, scanMembers, valueText } from './scan.js';
import { skipSpace } from './scan-scalar.js';
import { spells } from './spells.js';

/** A response of the server: where its parts stand in `bytes`, without parsing them. */
export interface AnswerMessage {
  readonly kind: 'answer';
  readonly bytes: Buffer;
  readonly id: RequestId | undefined;
  readonly result: Member | undefined;
  readonly error: Member | undefined;
  /** Members of the result that are told apart: `_meta`, `isError`, `resultType`, `structuredContent`, `task`. */
  readonly resultMembers: ReadonlyMap<string, Member>;
}

export type ServerMessage =
  | AnswerMessage
  | {
      readonly kind: 'request';
      readonly id: RequestId;
      /** Undefined where it is no string. */
      readonly method: string | undefined;
      readonly params: Member | undefined;
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Member | undefined }
  | { readonly kind: 'batch'; readonly elements: readonly Buffer[] }
  /** Not JSON, or not a message: a banner, a log line. */
  | { readonly kind: 'noise' };

const MEMBERS = ['id', 'method', 'params', 'result', 'error'] as const;
const RESULT_MEMBERS = ['_meta', 'isError', 'resultType', 'structuredContent', 'task'] as const;
/** Most results have none of them. */
const NO_MEMBERS: ReadonlyMap<string, Member> = new Map();
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;

/** Which of the names a key is, from its span with quotes; undefined for any other. */
function nameIn<const Name extends string>(
  bytes: Buffer,
  start: number,
  end: number,
  names: readonly Name[],
): Name | undefined {
  for (const name of names) if (spells(bytes, start + 1, end - 1, name)) return name;
  // An escape can spell any letter.
  if (!bytes.subarray(start, end).includes(BACKSLASH)) return undefined;
  const key = keyText(bytes, start, end);
  return names.find((name) => name === key);
}

/** Reads one message of the server. The text is walked once and nothing of a result is parsed. */
export function readServerMessage(bytes: Buffer): ServerMessage {
  return readPlainAnswer(bytes) ?? readAnyMessage(bytes);
}

/** The same for a line where it lies among others; of an answer, `bytes` are then those of all of them. */
export function readServerLine(line: ReceivedLine): ServerMessage {
  return readPlainAnswer(line.memory, line.start, line.end) ?? readAnyMessage(line.body);
}

/** The careful reading, of all kinds of messages. */
export function readAnyMessage(bytes: Buffer): ServerMessage {
  const at = skipSpace(bytes, 0);
  if (bytes[at] === OPEN_BRACKET) {
    const spans = scanElements(bytes, at);
    if (spans === undefined || spans.length === 0) return { kind: 'noise' };
    return { kind: 'batch', elements: spans.map(({ start, end }) => bytes.subarray(start, end)) };
  }
  const members: Partial<Record<(typeof MEMBERS)[number], Member>> = {};
  let resultMembers: Map<string, Member> | undefined;
  const noteInside = (member: Member): void => {
    const key = nameIn(bytes, member.keyStart, member.keyEnd, RESULT_MEMBERS);
    if (key === undefined) return;
    resultMembers ??= new Map();
    resultMembers.set(key, member);
  };
  const end = scanMembers(
    bytes,
    at,
    (member) => {
      const key = nameIn(bytes, member.keyStart, member.keyEnd, MEMBERS);
      if (key !== undefined) members[key] = member;
    },
    (keyStart, keyEnd, valueStart) => {
      if (bytes[valueStart] !== 0x7b) return;
      if (nameIn(bytes, keyStart, keyEnd, MEMBERS) !== 'result') return;
      return scanMembers(bytes, valueStart, noteInside);
    },
  );
  if (end === -1 || skipSpace(bytes, end) !== bytes.length) return { kind: 'noise' };
  const { id: idMember, method: methodMember, params, result, error } = members;
  const id = idMember === undefined ? undefined : readId(valueText(bytes, idMember));
  if (methodMember !== undefined) {
    const method = parseString(valueText(bytes, methodMember));
    if (id !== undefined) return { kind: 'request', id, method, params };
    if (method === undefined) return { kind: 'noise' };
    return { kind: 'notification', method, params };
  }
  // An answer with neither is still the answer to its id; without an id it is no message at all.
  if (idMember === undefined && result === undefined && error === undefined) {
    return { kind: 'noise' };
  }
  return { kind: 'answer', bytes, id, result, error, resultMembers: resultMembers ?? NO_MEMBERS };
}
