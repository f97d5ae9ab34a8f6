import type { RequestId } from './id.js';
import { plainId } from './plain-id.js';
import { type Member, skipValue } from './scan.js';
import { skipSpace } from './scan-scalar.js';
import type { AnswerMessage } from './server-message.js';
import { spells } from './spells.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Most results have none of the members that are told apart. */
const NO_MEMBERS: ReadonlyMap<string, Member> = new Map();
const RESULT_MEMBERS = ['_meta', 'isError', 'resultType', 'structuredContent', 'task'] as const;

/** How a result of one text begins, as nearly all servers write it. */
export const TEXT_HEAD = '{"content":[{"type":"text","text":';
const TEXT_TAIL = '}]';
/** A longer text is found as soon in a walk. */
const SHORT_TEXT_BYTES = 256;

/** Behind the closing quote of the name at `at`; -1 where it is none, or has an escape, which can spell any letter. */
function nameEnd(bytes: Buffer, at: number): number {
  if (bytes[at] !== QUOTE) return -1;
  const { length } = bytes;
  for (let position = at + 1; position < length; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte === QUOTE) return position + 1;
    if (byte === BACKSLASH || byte < 0x20) return -1;
  }
  return -1;
}

/** From behind a name to its value; -1 where there is no colon. */
function valueAt(bytes: Buffer, end: number): number {
  const colon = skipSpace(bytes, end);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1) : -1;
}

/** Behind the content of a result that begins with one short text, seen at one look; -1 for any other. */
function skipShortText(bytes: Buffer, at: number): number {
  const from = at + TEXT_HEAD.length;
  if (!spells(bytes, at, from, TEXT_HEAD) || bytes[from] !== QUOTE) return -1;
  const most = Math.min(bytes.length, from + SHORT_TEXT_BYTES);
  for (let position = from + 1; position < most; position += 1) {
    const byte = bytes[position];
    if (byte === BACKSLASH) position += 1;
    if (byte !== QUOTE) continue;
    const end = position + 1 + TEXT_TAIL.length;
    return spells(bytes, position + 1, end, TEXT_TAIL) ? end : -1;
  }
  return -1;
}

/** The result that was read last: its members that are told apart, and the position behind it. */
let resultMembers: Map<string, Member> | undefined;

/** Walks the member of a result at `keyStart`; the position behind it, or -1. */
function walkMember(bytes: Buffer, keyStart: number): number {
  const keyEnd = nameEnd(bytes, keyStart);
  const valueStart = keyEnd === -1 ? -1 : valueAt(bytes, keyEnd);
  const valueEnd = valueStart === -1 ? -1 : skipValue(bytes, valueStart);
  if (valueEnd === -1) return -1;
  for (const name of RESULT_MEMBERS) {
    if (!spells(bytes, keyStart + 1, keyEnd - 1, name)) continue;
    resultMembers ??= new Map();
    resultMembers.set(name, { keyStart, keyEnd, valueStart, valueEnd });
  }
  return valueEnd;
}

/** Walks the result at `at`; the position behind it, or -1. */
function walkResult(bytes: Buffer, at: number): number {
  resultMembers = undefined;
  if (bytes[at] !== OPEN_BRACE) return -1;
  let position = skipShortText(bytes, at);
  if (position === -1) {
    const first = skipSpace(bytes, at + 1);
    if (bytes[first] === CLOSE_BRACE) return first + 1;
    position = walkMember(bytes, first);
  }
  while (position !== -1) {
    const next = skipSpace(bytes, position);
    if (bytes[next] === CLOSE_BRACE) return next + 1;
    if (bytes[next] !== COMMA) return -1;
    position = walkMember(bytes, skipSpace(bytes, next + 1));
  }
  return -1;
}

/**
 * The answer to a call that succeeded, as nearly all servers write it: `jsonrpc`, a plain `id` and an object as the
 * `result`, each once and in any order. Undefined for anything else, which is then read with more care.
 */
export function readPlainAnswer(bytes: Buffer): AnswerMessage | undefined {
  if (bytes[0] !== OPEN_BRACE) return undefined;
  let id: RequestId | undefined;
  let result: Member | undefined;
  let seenVersion = false;
  let position = skipSpace(bytes, 1);
  for (;;) {
    const keyStart = position;
    const keyEnd = nameEnd(bytes, keyStart);
    const valueStart = keyEnd === -1 ? -1 : valueAt(bytes, keyEnd);
    if (valueStart === -1) return undefined;
    let valueEnd = -1;
    if (!seenVersion && spells(bytes, keyStart + 1, keyEnd - 1, 'jsonrpc')) {
      seenVersion = true;
      valueEnd = skipValue(bytes, valueStart);
    } else if (id === undefined && spells(bytes, keyStart + 1, keyEnd - 1, 'id')) {
      valueEnd = skipValue(bytes, valueStart);
      id = valueEnd === -1 ? undefined : plainId(bytes, valueStart, valueEnd);
      if (id === undefined) return undefined;
    } else if (result === undefined && spells(bytes, keyStart + 1, keyEnd - 1, 'result')) {
      valueEnd = walkResult(bytes, valueStart);
      result = { keyStart, keyEnd, valueStart, valueEnd };
    }
    if (valueEnd === -1) return undefined;
    position = skipSpace(bytes, valueEnd);
    if (bytes[position] === CLOSE_BRACE) break;
    if (bytes[position] !== COMMA) return undefined;
    position = skipSpace(bytes, position + 1);
  }
  if (id === undefined || result === undefined) return undefined;
  if (skipSpace(bytes, position + 1) !== bytes.length) return undefined;
  const told = resultMembers ?? NO_MEMBERS;
  return { kind: 'answer', bytes, id, result, error: undefined, resultMembers: told };
}
